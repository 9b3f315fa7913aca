import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { decode } from 'fast-png';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { createSamplePictures, parsePictureName } from '#train/log/sample-pictures.ts';
import { evaluationOf, rampSample } from './small-run.ts';

describe('train/log/sample-pictures', () => {
  const inFolder = useTemporaryFolder();

  it('keeps a picture of each test set and epoch, under names that files can have and that differ', () => {
    const keep = createSamplePictures(inFolder('samples'));
    for (const testSet of ['10 @ Rooms', '10 + Rooms', '../..']) {
      for (const epoch of [0, 11]) keep(evaluationOf(epoch, testSet, [rampSample()]));
    }
    keep(evaluationOf(12, 'no samples'));
    expect(readdirSync(inFolder('samples')).toSorted()).toEqual([
      'epoch-0001-..-...png',
      'epoch-0001-10-Rooms-2.png',
      'epoch-0001-10-Rooms.png',
      'epoch-0012-..-...png',
      'epoch-0012-10-Rooms-2.png',
      'epoch-0012-10-Rooms.png',
    ]);
    const { width, height } = decode(readFileSync(inFolder('samples/epoch-0012-10-Rooms.png')));
    expect([width, height]).toEqual([28, 8]);
  });

  it('reads from a name what the picture shows', () => {
    expect(parsePictureName('epoch-0012-10-Rooms.png')).toEqual({ epoch: 12, testSet: '10-Rooms' });
    for (const name of ['epoch-0012-10-Rooms.png.tmp', 'epoch-1-a.png', 'notes.txt'])
      expect(parsePictureName(name)).toBeUndefined();
  });
});
