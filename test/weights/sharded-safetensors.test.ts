import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { writeSafetensors } from '#weights/safetensors-write.ts';
import { openShardedSafetensors } from '#weights/sharded-safetensors.ts';
import { useTemporaryFolder } from './temporary-folder.ts';

const temporary = useTemporaryFolder();

async function indexOf(index: unknown): Promise<string> {
  for (const [file, name, value] of [
    ['1.safetensors', 'a', 1],
    ['2.safetensors', 'b', 2],
  ] as const) {
    await writeSafetensors(temporary(file), [{ name, shape: [1], data: () => Float32Array.of(value) }]);
  }
  await writeFile(temporary('index.json'), JSON.stringify(index));
  return temporary('index.json');
}

describe('weights/sharded-safetensors: openShardedSafetensors', () => {
  it('reads each tensor from its shard', async () => {
    const archive = await openShardedSafetensors(
      await indexOf({ weight_map: { b: '2.safetensors', a: '1.safetensors' } }),
    );
    expect([...archive.tensors.keys()]).toEqual(['b', 'a']);
    expect([...(await archive.readFloat32('a')), ...(await archive.readFloat32('b'))]).toEqual([1, 2]);
    expect(await archive.readBytes('b')).toHaveLength(4);
    await expect(archive.readFloat32('c')).rejects.toThrow('has no tensor named "c"');
    await archive.close();
  });

  it.each<[unknown, string]>([
    [{}, 'expected an object weight_map'],
    [null, 'expected an object weight_map'],
    [{ weight_map: { a: '../1.safetensors' } }, 'a must be in a .safetensors file of the same folder'],
    [{ weight_map: { a: '1.pth' } }, 'a must be in a .safetensors file of the same folder'],
    [{ weight_map: { c: '1.safetensors' } }, '1.safetensors has no tensor named "c"'],
    [{ weight_map: { a: '3.safetensors' } }, 'ENOENT'],
  ])('refuses the index %j', async (index, message) => {
    await expect(openShardedSafetensors(await indexOf(index))).rejects.toThrow(message);
  });
});
