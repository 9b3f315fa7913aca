import { describe, expect, it } from '@jest/globals';
import { decodeNpy, readNpy } from '#formats/npy.ts';
import type { NpyRecords } from '#formats/npy-array.ts';
import { fixture, fixturePath, ramp } from './fixtures.ts';

const read = (name: string) => decodeNpy(fixture(`npy/${name}.npy`), name);
const upTo12 = Array.from({ length: 12 }, (_, i) => i);

describe('formats/npy: what numpy.save wrote', () => {
  it.each([
    ['little-f2', Float32Array],
    ['big-f4', Float32Array],
    ['little-f8', Float64Array],
    ['big-f8', Float64Array],
    ['version-2', Float64Array],
  ])('reads floats: %s', (name, type) => {
    expect(read(name)).toEqual({ values: type.from(ramp(12)), shape: [3, 4] });
  });

  it.each([
    ['i1', Int8Array],
    ['big-i2', Int16Array],
    ['little-i4', Int32Array],
    ['u1', Uint8Array],
    ['little-u2', Uint16Array],
    ['big-u4', Uint32Array],
  ])('reads whole numbers: %s', (name, type) => {
    expect(read(name)).toEqual({ values: type.from(upTo12), shape: [3, 4] });
  });

  it('reads whole numbers of 64 bits exactly', () => {
    expect(read('big-i8')).toEqual({ values: BigInt64Array.from(upTo12.map(BigInt)), shape: [3, 4] });
    expect(read('little-u8')).toEqual({ values: BigUint64Array.from(upTo12.map(BigInt)), shape: [3, 4] });
  });

  it('reads booleans, single values and arrays without values', () => {
    expect(read('b1')).toEqual({ values: Uint8Array.from(upTo12, (i) => Math.min(i, 1)), shape: [3, 4] });
    expect(read('scalar')).toEqual({ values: Float32Array.of(2.5), shape: [] });
    expect(read('empty')).toEqual({ values: new Float64Array(0), shape: [0, 3] });
  });

  it('returns Fortran order as C order', () => {
    expect(read('fortran')).toEqual({ values: Float64Array.from(ramp(24)), shape: [2, 3, 4] });
  });

  it('reads text of either byte order, and bytes', () => {
    expect(read('texts')).toEqual({ values: ['frame_0001', 'Zürich', '日本', '😀'], shape: [2, 2] });
    expect(read('big-texts')).toEqual({ values: ['left', 'right'], shape: [2] });
    expect(read('bytes')).toEqual({ values: ['l', 'ré'], shape: [2] });
  });

  it("reads records, as those of BlendedMVS's pairs", () => {
    const { fields, shape } = read('pairs') as NpyRecords;
    expect(shape).toEqual([3]);
    expect(Object.fromEntries(fields)).toEqual({
      seqh: { values: Uint32Array.of(1, 2, 0xffffffff), shape: [3] },
      seql: { values: BigUint64Array.of(3n, 4n, 0xfedcba9876543210n), shape: [3] },
      img1: { values: Int32Array.of(0, 1, 2), shape: [3] },
      img2: { values: BigInt64Array.of(5n, 6n, 7n), shape: [3] },
      score: { values: Float32Array.of(0.5, 0.25, 0.125), shape: [3] },
    });
  });

  it.each(['mixed', 'mixed-fortran'])('reads records with padding, text and arrays in them: %s', (name) => {
    const { fields, shape } = read(name) as NpyRecords;
    expect(shape).toEqual([2, 2]);
    expect(Object.fromEntries(fields)).toEqual({
      cam: { values: ['l', 'r', 'r', 'l'], shape: [2, 2] },
      pose: { values: Float32Array.from(ramp(24)), shape: [2, 2, 2, 3] },
      name: { values: ['a', 'bc', 'def', 'ghij'], shape: [2, 2] },
    });
  });

  it('reads from a file', async () => {
    expect(await readNpy(fixturePath('npy/scalar.npy'))).toEqual({ values: Float32Array.of(2.5), shape: [] });
    await expect(readNpy('no/pairs.npy')).rejects.toThrow('no/pairs.npy: no such file');
  });
});

describe('formats/npy: what is refused', () => {
  it.each([
    ['objects', 'objects: expected numbers or text, found Python objects (a pickle), which are never run'],
    ['object-scalar', 'object-scalar: expected numbers or text, found Python objects (a pickle), which are never run'],
    ['complex', 'complex: expected numbers of up to 64 bits or text, found the type <c8'],
    ['nested', 'nested: expected fields of a name, a plain type and a shape'],
  ])('refuses %s', (name, message) => {
    expect(() => read(name)).toThrow(message);
  });

  const plain = Buffer.from(fixture('npy/big-f4.npy'));
  const forged = (from: string, to: string) => Buffer.from(plain.toString('latin1').replace(from, to), 'latin1');
  it('refuses two fields of one name', () => {
    const pairs = Buffer.from(
      Buffer.from(fixture('npy/pairs.npy')).toString('latin1').replace('seqh', 'seql'),
      'latin1',
    );
    expect(() => decodeNpy(pairs, 'a.npy')).toThrow('a.npy: expected fields that differ, found two named seql');
  });

  it.each([
    ['another kind of file', Buffer.from('PNG, nothing else'), 'expected a .npy file, found another signature'],
    ['an empty file', Buffer.alloc(0), 'expected a .npy file, found another signature'],
    ['a cut file', plain.subarray(0, -1), 'expected 48 bytes of values for the shape [3, 4], found 47'],
    ['a forged shape', forged('(3, 4), }   ', '(3, 9999999), }'), 'expected 119999988 bytes'],
    ['a shape beyond all numbers', forged('(3, 4), }', `(3, ${'9'.repeat(30)}), }`), 'expected a shape of at most 64'],
    ['a forged header length', forged('v\x00', '\xff\xff'), 'expected 65535 bytes at byte 10'],
    ['no shape', forged("'shape'", "'shore'"), 'expected a header with descr, fortran_order and shape'],
  ])('refuses %s', (_, file, message) => {
    expect(() => decodeNpy(file, 'a.npy')).toThrow(`a.npy: ${message}`);
  });
});
