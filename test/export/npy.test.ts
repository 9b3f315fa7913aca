import { describe, expect, it } from '@jest/globals';

import { decodeNpy, type NpyArray, npyChunks } from '#export/npy.ts';

const encode = (array: NpyArray): Buffer => Buffer.concat(npyChunks(array));

/** numpy.save of numpy 2.4: numpy.arange(6, dtype='<f4').reshape(2, 3) */
const fromNumpy = Buffer.concat([
  Buffer.from('\x93NUMPY\x01\x00v\x00', 'latin1'),
  Buffer.from(`${"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".padEnd(117)}\n`),
  Buffer.from(Float32Array.of(0, 1, 2, 3, 4, 5).buffer),
]);

describe('export/npy', () => {
  it('writes the bytes that NumPy writes', () => {
    expect(encode({ values: Float32Array.of(0, 1, 2, 3, 4, 5), shape: [2, 3] })).toEqual(fromNumpy);
  });

  it.each([
    [Float32Array.of(1.5, -2, Number.NaN), [3]],
    [Float64Array.of(Math.PI), []],
    [Uint8Array.of(1, 2, 255, 0), [2, 2]],
    [Uint16Array.of(65_535, 1), [1, 2, 1]],
    [Int32Array.of(-5, 7), [2, 1]],
    [new Int8Array(0), [0, 4]],
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

  const forged = (from: string, to: string) => Buffer.from(fromNumpy.toString('latin1').replace(from, to), 'latin1');
  it.each([
    ['another kind of file', Buffer.from('PNG'), 'not a .npy file'],
    ['an empty file', Buffer.alloc(0), 'not a .npy file'],
    ['a cut file', fromNumpy.subarray(0, -1), 'shape [2, 3] needs 24 bytes of values, found 23'],
    ['a forged shape', forged('(2, 3), }', '(2, 999999999), }'), 'needs 7999999992 bytes'],
    ['a forged header length', forged('v\x00', '\xff\xff'), 'the header claims 65535 bytes'],
    ['an object array', forged('<f4', '|O8'), 'the type |O8 is not among'],
    ['Fortran order', forged('False', 'True '), 'only C order'],
    ['no shape', forged("'shape'", "'shore'"), 'names no shape'],
  ])('refuses %s', (_, file, message) => {
    expect(() => decodeNpy(file)).toThrow(message);
  });
});
