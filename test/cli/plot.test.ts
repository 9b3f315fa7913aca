import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { writeRun } from '#test/train/plot/small-runs.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { complaints, dust3r, inPairs } from './command-line.ts';

describe('cli/plot', () => {
  const inFolder = useTemporaryFolder();

  it('writes a page into the run, or where it is told to', async () => {
    for (const name of ['a', 'b']) {
      mkdirSync(inFolder(name));
      writeRun(inFolder(name), 1);
    }
    const page = inFolder('page.html');
    const outcomes = await inPairs([[inFolder('a')], [inFolder('a'), inFolder('b'), '--output', page]], (args) =>
      dust3r('plot', ...args),
    );
    expect(outcomes).toMatchObject([
      { code: 0, stdout: expect.stringMatching(/a\/plot.html: 0.1 MB, open it in a browser/) },
      { code: 0, stdout: expect.stringContaining(`${page}: 0.1 MB`) },
    ]);
    expect(readFileSync(inFolder('a/plot.html'), 'utf8')).toContain('<h1>a</h1>');
    expect(readFileSync(page, 'utf8')).toContain('<h1>a, b</h1>');
  });

  it('refuses what is no run, and a count that is none, with one line', async () => {
    for (const name of ['none', 'empty']) mkdirSync(inFolder(name));
    writeFileSync(inFolder('empty/log.jsonl'), '');
    const outcomes = await inPairs(
      [
        ['plot', inFolder('none')],
        ['plot', inFolder('empty')],
        ['plot', inFolder('none'), '--samples', '-1'],
        ['plot'],
      ],
      (args) => dust3r(...args),
    );
    expect(outcomes.map(({ code }) => code)).toEqual([1, 1, 1, 1]);
    expect(outcomes.flatMap(complaints)).toEqual([
      expect.stringContaining('none: expected the folder of a training run, with log.jsonl in it, but it has none'),
      expect.stringContaining('empty/log.jsonl, line 1: expected a line that a training run has logged'),
      'dust3r: --samples: expected a whole number from 0, got -1',
      expect.stringContaining('Not enough non-option arguments'),
    ]);
  });
});
