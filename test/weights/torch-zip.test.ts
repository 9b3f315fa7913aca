import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { zipSync } from 'fflate';
import { openFile } from '#files/random-access-file.ts';
import { readTorchZip } from '#weights/torch-zip.ts';
import { useTemporaryFolder } from './temporary-folder.ts';
import { pickle, torchZip } from './torch-fixtures.ts';

const temporary = useTemporaryFolder();

async function read(bytes: Uint8Array) {
  await writeFile(temporary('a.pth'), bytes);
  const file = await openFile(temporary('a.pth'));
  try {
    return await readTorchZip(file);
  } finally {
    await file.close();
  }
}

const none = pickle(0x80, 2, 'N.');
const storage = (count: number) =>
  pickle(0x80, 2, '(', 0x8c, 7, 'storagectorch\nFloatStorage\n', 0x8c, 1, '0', 0x8c, 3, 'cpuK', count, 'tQ.');

describe('weights/torch-zip: readTorchZip', () => {
  it('reads the value, the byte order and the storages', async () => {
    const torch = await read(torchZip(storage(4), { byteorder: pickle('big') }));
    expect(torch.bigEndian).toBe(true);
    expect(torch.value).toMatchObject({ key: '0', dtype: 'F32', count: 4 });
    expect((await read(torchZip(none))).bigEndian).toBe(false);
  });

  it.each<[string, () => Uint8Array, string]>([
    ['without a pickle', () => zipSync({ 'a/b': none }, { level: 0 }), 'it has no data.pkl'],
    ['with compressed entries', () => zipSync({ 'a/data.pkl': none }), 'a/data.pkl is compressed or encrypted'],
    ['of TorchScript', () => torchZip(none, { 'constants.pkl': none }), 'this is a TorchScript archive, a program'],
    [
      'with a storage of another size',
      () => torchZip(storage(5)),
      '5 elements of F32 are promised, 16 bytes are there',
    ],
    ['with a huge pickle', () => torchZip(new Uint8Array(2 ** 25 + 1)), 'more than the limit of 33554432'],
  ])('refuses an archive %s', async (_, bytes, message) => {
    await expect(read(bytes())).rejects.toThrow(message);
  });
});
