import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { openTorch } from '#weights/torch-archive.ts';
import { useTemporaryFolder } from './temporary-folder.ts';
import { pickle } from './torch-fixtures.ts';

const temporary = useTemporaryFolder();

const magic = pickle(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.');
const protocol = (version: number) => pickle(0x80, 2, 'M', version & 255, version >> 8, '.');
const system = pickle(0x80, 2, '}.');
const key = (name = '7') => pickle(0x8c, 1, name);
const keys = (...names: string[]) => Buffer.concat([pickle(0x80, 2, ']('), ...names.map(key), pickle('e.')]);

/** { w: tensor of three elements } cut from a storage of five, or from a view of it that begins at an element. */
function value(first?: number): Uint8Array {
  const view = first === undefined ? pickle('N') : pickle('(', 0x8c, 1, 'v', 'K', first, 'K', 4, 't');
  return Buffer.concat([
    pickle(0x80, 2, '}', 0x8c, 1, 'wctorch._utils\n_rebuild_tensor_v2\n((', 0x8c, 7, 'storagectorch\nFloatStorage\n'),
    key(),
    pickle(0x8c, 3, 'cpuK', 5),
    view,
    pickle('tQK', 1, 'K', 3, 0x85, 'K', 1, 0x85, 0x89, 'NtRs.'),
  ]);
}

function data(count = 5): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(count));
  return Buffer.concat([length, new Uint8Array(Float32Array.of(0, 1, 2, 3, 4).buffer)]);
}

async function read(...parts: Uint8Array[]): Promise<number[]> {
  await writeFile(temporary('a.pth'), Buffer.concat(parts));
  const archive = await openTorch(temporary('a.pth'));
  const values = [...(await archive.readFloat32('w'))];
  await archive.close();
  return values;
}

describe('weights/torch-legacy: readTorchLegacy', () => {
  it('reads a tensor of a storage and of a view of it', async () => {
    expect(await read(magic, protocol(1001), system, value(), keys('7'), data())).toEqual([1, 2, 3]);
    expect(await read(magic, protocol(1001), system, value(1), keys('7'), data())).toEqual([2, 3, 4]);
  });

  it.each<[string, Uint8Array[], string]>([
    ['without the magic number', [protocol(1001)], 'this is not a PyTorch checkpoint'],
    ['of another protocol', [magic, protocol(1000)], 'protocol version 1001 is expected'],
    ['with a global in its header', [magic, pickle('cos\nsystem\n.')], 'needs no "os.system"; it was refused'],
    ['with a reference in its header', [magic, pickle('NQ.')], 'has no references'],
    ['with a view outside', [magic, protocol(1001), system, value(2)], 'a view of it leaves its 5 elements'],
    ['without its list', [magic, protocol(1001), system, value(), keys()], '1 storages are used'],
    ['with another list', [magic, protocol(1001), system, value(), keys('8')], 'does not match those in use'],
    [
      'with another size',
      [magic, protocol(1001), system, value(), keys('7'), data(6)],
      '5 elements are promised, 6 are',
    ],
    ['that is cut short', [magic, protocol(1001), system, value(), keys('7'), data().subarray(0, -1)], 'cut short?'],
  ])('refuses a file %s', async (_, parts, message) => {
    await expect(read(...parts)).rejects.toThrow(message);
  });
});
