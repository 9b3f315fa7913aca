import { readdir, stat, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { expectWritableFolder, makeFolder } from '#files/folder.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const temporary = useTemporaryFolder();

describe('files/folder: makeFolder', () => {
  it('makes every level that is missing, and takes one that is there', async () => {
    await makeFolder(temporary('a/b/c'));
    await makeFolder(temporary('a/b/c'));
    expect((await stat(temporary('a/b/c'))).isDirectory()).toBe(true);
  });

  it('says which file is in the way, and makes nothing', async () => {
    await writeFile(temporary('file'), '');
    await expect(makeFolder(temporary('file'))).rejects.toThrow(`${temporary('file')} is a file; name another`);
    await expect(makeFolder(temporary('file/a/b'))).rejects.toThrow(`${temporary('file')} is a file; name another`);
    expect(await readdir(temporary(''))).toContain('file');
  });

  it('does not wait for ever below /proc', async () => {
    if (process.platform !== 'linux') return console.warn('makeFolder: /proc is not tested, since this is no Linux');
    await expect(makeFolder('/proc/none/such')).rejects.toThrow('/proc/none was refused (ENOENT)');
  });
});

describe('files/folder: expectWritableFolder', () => {
  it('makes nothing, and tells what makeFolder would', async () => {
    await expectWritableFolder(temporary('later/on'));
    await expect(stat(temporary('later'))).rejects.toThrow('ENOENT');
    await writeFile(temporary('taken'), '');
    await expect(expectWritableFolder(temporary('taken/on'))).rejects.toThrow('is a file; name another');
  });
});
