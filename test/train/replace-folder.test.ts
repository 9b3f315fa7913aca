import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { finishReplacements, replaceFolder } from '#train/replace-folder.ts';

const temporary = useTemporaryFolder();
const put = (text: string) => (folder: string) => writeFile(join(folder, 'file'), text);

async function folderOf(parent: string, entries: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(entries)) {
    await mkdir(join(temporary(parent), name), { recursive: true });
    await put(text)(join(temporary(parent), name));
  }
  return temporary(parent);
}

describe('train/replace-folder: replaceFolder', () => {
  it('makes a folder, replaces it, and leaves nothing else behind', async () => {
    const parent = await folderOf('made', {});
    for (const text of ['first', 'second']) {
      await replaceFolder(join(parent, 'checkpoint-last'), put(text));
      expect(await readFile(join(parent, 'checkpoint-last/file'), 'utf8')).toBe(text);
      expect(await readdir(parent)).toEqual(['checkpoint-last']);
    }
  });

  it('keeps what was there when the writing fails', async () => {
    const parent = await folderOf('failed', { 'checkpoint-last': 'good' });
    const fail = async (folder: string) => {
      await put('half')(folder);
      throw new Error('the disk is full');
    };
    await expect(replaceFolder(join(parent, 'checkpoint-last'), fail)).rejects.toThrow('the disk is full');
    expect(await readdir(parent)).toEqual(['checkpoint-last']);
    expect(await readFile(join(parent, 'checkpoint-last/file'), 'utf8')).toBe('good');
  });
});

describe('train/replace-folder: finishReplacements', () => {
  const [last, tmp, whole, old] = ['', '.tmp', '.new', '.old'].map((end) => `checkpoint-last${end}`) as [
    string,
    string,
    string,
    string,
  ];
  it.each([
    ['while it wrote the first one', { [tmp]: 'half' }, undefined],
    ['while it wrote', { [last]: 'one', [tmp]: 'half' }, 'one'],
    ['when it had written the first one', { [whole]: 'one' }, 'one'],
    ['when it had written', { [last]: 'one', [whole]: 'two' }, 'two'],
    ['when it had put the old one aside', { [old]: 'one', [whole]: 'two' }, 'two'],
    ['while it removed the old one', { [last]: 'two', [old]: 'one' }, 'two'],
  ] as const)('sets right what a process left that was killed %s', async (name, entries, expected) => {
    const parent = await folderOf(name, entries as Readonly<Record<string, string>>);
    await finishReplacements(parent);
    expect(await readdir(parent)).toEqual(expected === undefined ? [] : ['checkpoint-last']);
    if (expected) expect(await readFile(join(parent, 'checkpoint-last/file'), 'utf8')).toBe(expected);
  });

  it('leaves alone what is not its own', async () => {
    const parent = await folderOf('others', { 'notes.tmp': 'mine', 'checkpoint-2': 'kept' });
    await finishReplacements(parent);
    expect((await readdir(parent)).sort()).toEqual(['checkpoint-2', 'notes.tmp']);
  });
});
