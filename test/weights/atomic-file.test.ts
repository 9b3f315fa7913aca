import { readdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { writeAtomically, writeFully } from '#weights/atomic-file.ts';
import { useTemporaryFolder } from './temporary-folder.ts';

const temporary = useTemporaryFolder();

describe('weights/atomic-file: writeAtomically', () => {
  it('shows the new file only when it is complete', async () => {
    await writeFile(temporary('a'), 'old');
    await writeAtomically(temporary('a'), async (handle) => {
      await writeFully(handle, Buffer.from('new'));
      expect(await readFile(temporary('a'), 'utf8')).toBe('old');
    });
    expect(await readFile(temporary('a'), 'utf8')).toBe('new');
    expect(await readdir(temporary(''))).toEqual(['a']);
  });

  it.each(['ENOSPC', 'EDQUOT'])('says that the disk is full on %s and removes the part', async (code) => {
    const writing = writeAtomically(temporary('b'), async (handle) => {
      await writeFully(handle, Buffer.from('part'));
      throw Object.assign(new Error('write failed'), { code });
    });
    await expect(writing).rejects.toThrow(`${temporary('b')} was not written: the disk is full`);
    expect(await readdir(temporary(''))).toEqual(['a']);
  });

  it('passes other errors on as they are', async () => {
    await expect(writeAtomically(temporary('none/b'), async () => {})).rejects.toThrow('ENOENT');
  });
});
