import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { readSamples, thinned } from '#train/plot/read-samples.ts';
import { writeRun } from './small-runs.ts';

describe('train/plot/read-samples', () => {
  const inFolder = useTemporaryFolder();

  it('gives the pictures of each test set in the order of epochs, and passes over what is none', () => {
    mkdirSync(inFolder('run'));
    writeRun(inFolder('run'), 3);
    writeFileSync(inFolder('run/samples/epoch-0009-10-Rooms.png'), '<svg onload="alert(1)">');
    writeFileSync(inFolder('run/samples/notes.txt'), 'note');
    const [set, ...others] = readSamples(inFolder('run'), 'run', 9);
    expect(others).toEqual([]);
    expect(set).toMatchObject({
      run: 'run',
      testSet: '10-Rooms',
      pictures: [{ epoch: 1 }, { epoch: 2 }, { epoch: 3 }],
    });
    const file = readFileSync(inFolder('run/samples/epoch-0003-10-Rooms.png'));
    expect(set?.pictures[2]?.url).toBe(`data:image/png;base64,${file.toString('base64')}`);
  });

  it('has nothing to show of a run without samples', () => {
    mkdirSync(inFolder('bare'));
    expect(readSamples(inFolder('bare'), 'bare', 9)).toEqual([]);
  });

  it('thins evenly and keeps the last', () => {
    expect(thinned([1, 2, 3, 4, 5, 6, 7, 8, 9], 3)).toEqual([3, 6, 9]);
    expect(thinned([1, 2], 3)).toEqual([1, 2]);
    expect(thinned([1, 2], 0)).toEqual([]);
  });
});
