import { writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { readLines } from '#train/log/lines.ts';

describe('train/log/lines: readLines', () => {
  const inFolder = useTemporaryFolder();
  const linesOf = (content: string) => {
    writeFileSync(inFolder('text'), content);
    return [...readLines(inFolder('text'))];
  };

  it('gives each line, where it starts in bytes, and whether its end was written', () => {
    expect(linesOf('ä\n\nlast')).toEqual([
      { text: 'ä', start: 0, isWhole: true },
      { text: '', start: 3, isWhole: true },
      { text: 'last', start: 4, isWhole: false },
    ]);
    expect(linesOf('')).toEqual([]);
  });

  it('joins lines that lie across the pieces in which a file is read', () => {
    const texts = Array.from({ length: 40 }, (_, i) => String(i).repeat(3000));
    const lines = linesOf(texts.map((text) => `${text}\n`).join(''));
    expect(lines.map(({ text }) => text)).toEqual(texts);
    expect(lines.at(-1)?.start).toBe(texts.slice(0, -1).reduce((sum, { length }) => sum + length + 1, 0));
  });

  it('refuses a file without lines rather than to take it into memory', () => {
    expect(() => linesOf('x'.repeat(2 ** 22 + 2 ** 17))).toThrow('expected lines of text');
  });
});
