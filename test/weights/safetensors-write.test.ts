import * as fs from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { openSafetensors } from '#weights/safetensors.ts';
import { type TensorSource, writeSafetensors } from '#weights/safetensors-write.ts';
import { useTemporaryFolder } from './temporary-folder.ts';
import { fixture } from './torch-fixtures.ts';

const temporary = useTemporaryFolder();
const path = () => temporary('out.safetensors');
const folder = () => fs.readdir(temporary(''));

const source = (name: string, values: number[], shape = [values.length]): TensorSource => ({
  name,
  shape,
  data: () => Float32Array.from(values),
});

describe('weights/safetensors-write: writeSafetensors', () => {
  it('writes what openSafetensors reads', async () => {
    const flag: TensorSource = { name: 'flag', shape: [3], dtype: 'BOOL', data: async () => Uint8Array.of(1, 0, 1) };
    const empty = source('empty', [], [0, 4]);
    await writeSafetensors(path(), [flag, source('w', [1, 2, 3, 4, 5, 6], [2, 3]), empty, source('s', [0.1], [])]);
    const archive = await openSafetensors(path());
    expect(archive.metadata).toEqual({ format: 'pt' });
    expect(archive.tensors.get('w')).toMatchObject({ dtype: 'F32', shape: [2, 3] });
    expect([...(await archive.readFloat32('w'))]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...(await archive.readFloat32('s'))]).toEqual([Math.fround(0.1)]);
    expect([...(await archive.readBytes('flag'))]).toEqual([1, 0, 1]);
    expect(archive.tensors.get('empty')?.shape).toEqual([0, 4]);
    await archive.close();
  });

  it('copies every tensor of a file of the safetensors library', async () => {
    const original = await openSafetensors(fixture('expected.safetensors'));
    const sources = [...original.tensors].map(([name, { dtype, shape }]) => ({
      name,
      dtype,
      shape,
      data: () => original.readBytes(name),
    }));
    await writeSafetensors(path(), sources);
    const copy = await openSafetensors(path());
    expect([...copy.tensors.keys()].sort()).toEqual([...original.tensors.keys()].sort());
    for (const name of original.tensors.keys()) {
      expect(await copy.readBytes(name)).toEqual(await original.readBytes(name));
    }
    await copy.close();
    await original.close();
  });

  it.each(['F16', 'BF16'] as const)('stores as %s within its precision', async (storage) => {
    const values = [0.1, -3.7, 1e-3, 0];
    await writeSafetensors(path(), [source('w', values)], { storage });
    const archive = await openSafetensors(path());
    expect(archive.tensors.get('w')?.dtype).toBe(storage);
    const relative = storage === 'F16' ? 2 ** -11 : 2 ** -8;
    const read = await archive.readFloat32('w');
    values.forEach((value, i) => {
      expect(Math.abs((read[i] as number) - value)).toBeLessThanOrEqual(Math.abs(value) * relative);
    });
    await archive.close();
  });

  it('puts larger elements first, so that all data are aligned', async () => {
    const byte: TensorSource = { name: 'byte', shape: [1], dtype: 'U8', data: () => Uint8Array.of(7) };
    await writeSafetensors(path(), [byte, source('w', [1])]);
    const bytes = await fs.readFile(path());
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + Number(bytes.readBigUInt64LE())));
    expect(bytes.readBigUInt64LE() % 8n).toBe(0n);
    expect(header.w.data_offsets).toEqual([0, 4]);
    expect(header.byte.data_offsets).toEqual([4, 5]);
  });

  it('asks for one tensor at a time and reports progress', async () => {
    const steps: string[] = [];
    const asked = (name: string): TensorSource => ({
      name,
      shape: [2],
      data: async () => {
        steps.push(`ask ${name}`);
        return new Float32Array(2);
      },
    });
    await writeSafetensors(path(), [asked('a'), asked('b')], {
      onProgress: ({ name, writtenBytes, totalBytes }) => steps.push(`${name} ${writtenBytes}/${totalBytes}`),
    });
    expect(steps).toEqual(['ask a', 'a 8/16', 'ask b', 'b 16/16']);
  });

  it.each<[string, TensorSource[], string]>([
    ['a name twice', [source('w', [1]), source('w', [1])], 'the name w is taken already'],
    ['the name of the metadata', [source('__metadata__', [1])], 'is taken already'],
    ['an impossible shape', [source('w', [1], [-1])], 'w has no such shape: [-1]'],
    ['too few data', [source('w', [1], [2])], 'w F32 [2] takes 8 bytes, its data give 1 elements'],
    [
      'bytes without a dtype',
      [{ name: 'w', shape: [4], data: () => new Uint8Array(16) }],
      'w has no dtype, so its data must be a Float32Array',
    ],
    [
      'floats with a dtype',
      [{ name: 'w', shape: [1], dtype: 'I32', data: () => Float32Array.of(1) }],
      'its data give 1 elements of Float32Array',
    ],
  ])('refuses %s and leaves no file', async (_, sources, message) => {
    const before = await folder();
    await expect(writeSafetensors(path(), sources)).rejects.toThrow(message);
    expect(await folder()).toEqual(before);
  });

  it('names the tensor whose value is too large for F16', async () => {
    const writing = writeSafetensors(path(), [source('head.bias', [1e6])], { storage: 'F16' });
    await expect(writing).rejects.toThrow('writeSafetensors: head.bias: element 0 is over 65504');
  });

  it('keeps the old file when it is aborted or fails', async () => {
    await writeSafetensors(path(), [source('old', [1])]);
    const before = await folder();
    const controller = new AbortController();
    const sources = [source('a', [1]), source('b', [2])];
    const aborted = writeSafetensors(path(), sources, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(aborted).rejects.toThrow('abort');
    const failing: TensorSource = {
      name: 'w',
      shape: [1],
      data: () => {
        throw new Error('the engine is gone');
      },
    };
    await expect(writeSafetensors(path(), [failing])).rejects.toThrow('the engine is gone');
    expect(await folder()).toEqual(before);
    const archive = await openSafetensors(path());
    expect([...archive.tensors.keys()]).toEqual(['old']);
    await archive.close();
  });
});
