import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { readLines } from '#data/published/text-lines.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const temporary = useTemporaryFolder();

async function linesOf(text: string): Promise<string[]> {
  await writeFile(temporary('list.txt'), text);
  const lines = await readLines(temporary('list.txt'));
  return Array.from({ length: lines.length }, (_, i) => lines.line(i));
}

describe('data/published/text-lines: readLines', () => {
  it('gives lines by their numbers, in any order', async () => {
    await writeFile(temporary('list.txt'), 'hm3d/a\ngibson/Zürich\nx');
    const lines = await readLines(temporary('list.txt'));
    expect([lines.length, lines.line(2), lines.line(0), lines.line(1)]).toEqual([3, 'x', 'hm3d/a', 'gibson/Zürich']);
  });

  it('leaves out empty lines, and the line ends of Windows', async () => {
    expect(await linesOf('a\r\n\r\n\nbc\n\n')).toEqual(['a', 'bc']);
    expect(await linesOf('\n')).toEqual([]);
    expect(await linesOf('')).toEqual([]);
  });

  it('names a missing file', async () => {
    await expect(readLines(temporary('none.txt'))).rejects.toThrow(`${temporary('none.txt')}: no such file`);
  });
});
