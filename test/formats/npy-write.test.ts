import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { decodeNpy } from '#formats/npy.ts';
import type { NpyArray } from '#formats/npy-array.ts';
import { encodeNpz, npyChunks } from '#formats/npy-write.ts';
import { readNpz } from '#formats/npz.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { fixture, ramp } from './fixtures.ts';

const temporary = useTemporaryFolder();
const encode = (array: NpyArray): Buffer => Buffer.concat(npyChunks(array));

describe('formats/npy-write', () => {
  it.each([
    ['little-f8', { values: Float64Array.from(ramp(12)), shape: [3, 4] }],
    ['u1', { values: Uint8Array.from({ length: 12 }, (_, i) => i), shape: [3, 4] }],
    ['texts', { values: ['frame_0001', 'Zürich', '日本', '😀'], shape: [2, 2] }],
  ])('writes the bytes that NumPy writes: %s', (name, array) => {
    expect(encode(array)).toEqual(Buffer.from(fixture(`npy/${name}.npy`)));
  });

  it.each([
    [Float32Array.of(1.5, -2, Number.NaN), [3]],
    [Float64Array.of(Math.PI), []],
    [Uint8Array.of(1, 2, 255, 0), [2, 2]],
    [Uint16Array.of(65_535, 1), [1, 2, 1]],
    [Int32Array.of(-5, 7), [2, 1]],
    [new Int8Array(0), [0, 4]],
    [BigInt64Array.of(-1n, 2n ** 62n), [2]],
  ])('reads back what it wrote: %p', (values, shape) => {
    expect(decodeNpy(encode({ values, shape }))).toEqual({ values, shape });
  });

  it('starts the values at a multiple of 64 bytes and does not copy them', () => {
    const values = new Float32Array(10);
    const [head, body] = npyChunks({ values, shape: [10] }) as [Uint8Array, Uint8Array];
    expect(head.length % 64).toBe(0);
    expect(body.buffer).toBe(values.buffer);
  });

  it('refuses a shape that does not fit the values', () => {
    expect(() => npyChunks({ values: new Float32Array(5), shape: [2, 3] })).toThrow('[2, 3] does not fit 5 values');
  });

  it('writes several arrays into one file, the same for the same arrays', async () => {
    const arrays = {
      intrinsics: { values: Float32Array.from(ramp(9)), shape: [3, 3] },
      names: { values: ['a'], shape: [1] },
    };
    await writeFile(temporary('a.npz'), encodeNpz(arrays));
    expect(Object.fromEntries(await readNpz(temporary('a.npz')))).toEqual(arrays);
    expect(encodeNpz(arrays)).toEqual(encodeNpz(arrays));
  });
});
