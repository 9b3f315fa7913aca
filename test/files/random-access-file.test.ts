import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { openFile, withFile } from '#files/random-access-file.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const temporary = useTemporaryFolder();

describe('files/random-access-file', () => {
  it('reads any range inside the file', async () => {
    await writeFile(temporary('a'), 'abcdef');
    const file = await openFile(temporary('a'));
    expect(file.size).toBe(6);
    expect(Buffer.from(await file.read(2, 3)).toString()).toBe('cde');
    expect(await file.read(6, 0)).toHaveLength(0);
    await file.close();
  });

  it('refuses a range outside before taking memory for it', async () => {
    await writeFile(temporary('a'), 'abcdef');
    const file = await openFile(temporary('a'));
    const message = /bytes 4 to \d+ are expected, but the file has 6; was its download cut short\?/;
    await expect(file.read(4, 3)).rejects.toThrow(message);
    await expect(file.read(4, 2 ** 50)).rejects.toThrow(message);
    await expect(file.read(-1, 1)).rejects.toThrow('are expected');
    await file.close();
  });

  it('opens regular files only, not devices that never end', async () => {
    await expect(openFile('/dev/zero')).rejects.toThrow('/dev/zero is not a regular file');
  });

  it('closes the file when its use fails, and names it', async () => {
    await writeFile(temporary('a'), 'abcdef');
    const failing = withFile(temporary('a'), async (file) => {
      await file.close();
      file.close = async () => {};
      throw new Error('bad header');
    });
    await expect(failing).rejects.toThrow(`${temporary('a')}: bad header`);
  });
});
