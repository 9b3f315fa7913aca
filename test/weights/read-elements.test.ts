import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { openFile } from '#files/random-access-file.ts';
import { readByteRun, readFloat32Run } from '#weights/read-elements.ts';
import { useTemporaryFolder } from './temporary-folder.ts';

const temporary = useTemporaryFolder();

async function fileOf(view: ArrayBufferView) {
  await writeFile(temporary('a'), new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return openFile(temporary('a'));
}

describe('weights/read-elements', () => {
  it('converts a run longer than one chunk', async () => {
    const count = 2 ** 22 + 5;
    const file = await fileOf(Int16Array.from({ length: count }, (_, i) => i % 1000));
    const values = await readFloat32Run(file, { dtype: 'I16', position: 0, count });
    expect(values.every((value, i) => value === i % 1000)).toBe(true);
    await file.close();
  });

  it('reads from the middle, and swaps bytes where they are big-endian', async () => {
    const file = await fileOf(Uint8Array.of(0, 0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0));
    expect([...(await readFloat32Run(file, { dtype: 'F32', position: 1, count: 2, bigEndian: true }))]).toEqual([
      1, -2,
    ]);
    expect([...(await readByteRun(file, { dtype: 'U16', position: 1, count: 1, bigEndian: true }))]).toEqual([
      0x80, 0x3f,
    ]);
    await file.close();
  });

  it('refuses a run that leaves the file before taking memory for it', async () => {
    const file = await fileOf(new Uint8Array(8));
    const run = { dtype: 'F32', position: 4, count: 2 ** 40 } as const;
    await expect(readFloat32Run(file, run)).rejects.toThrow("end after the file's 8 bytes");
    await expect(readByteRun(file, run)).rejects.toThrow("end after the file's 8 bytes");
    await file.close();
  });
});
