import { describe, expect, it } from '@jest/globals';
import { type NpyArray, npyNumbers, npyRecords, npyTexts } from '#formats/npy-array.ts';

const numbers: NpyArray = { values: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] };
const texts: NpyArray = { values: ['a', 'b'], shape: [2] };
const records = { fields: new Map([['img1', texts]]), shape: [2] };

describe('formats/npy-array', () => {
  it('gives numbers of the expected shape', () => {
    expect(npyNumbers(numbers, 'pose', [2, 3])).toEqual(numbers);
    expect(npyNumbers(numbers, 'pose', [-1, 3])).toEqual(numbers);
    expect(() => npyNumbers(numbers, 'pose', [-1, 4])).toThrow('pose: expected the shape [any, 4], found [2, 3]');
    expect(() => npyNumbers(numbers, 'pose', [2])).toThrow('pose: expected the shape [2], found [2, 3]');
  });

  it('widens whole numbers of 64 bits as far as they stay exact', () => {
    const pairs = npyNumbers({ values: BigInt64Array.of(-1n, 2n ** 52n), shape: [2] }, 'pairs');
    expect(pairs.values).toEqual(Float64Array.of(-1, 2 ** 52));
    const large = { values: BigUint64Array.of(2n ** 60n), shape: [1] };
    expect(() => npyNumbers(large, 'pairs')).toThrow('pairs: expected numbers up to 2^53, found 1152921504606846976');
  });

  it('tells numbers, text and records apart', () => {
    expect(npyTexts(texts, 'images', [2])).toEqual(texts);
    expect(npyRecords(records, 'pairs')).toBe(records);
    expect(() => npyTexts(numbers, 'images')).toThrow('images: expected text, found numbers');
    expect(() => npyNumbers(texts, 'images')).toThrow('images: expected numbers, found text');
    expect(() => npyNumbers(records, 'pairs')).toThrow('pairs: expected a plain array, found records of img1');
    expect(() => npyRecords(numbers, 'pairs')).toThrow(
      'pairs: expected records (a structured type), found Float32Array',
    );
  });
});
