import { describe, expect, it } from '@jest/globals';
import { PairTable } from '#data/published/pair-table.ts';
import type { NpyContents } from '#formats/npy-array.ts';

const records: NpyContents = {
  shape: [2],
  fields: new Map([
    ['scene', { values: ['A', 'B'], shape: [2] }],
    ['low', { values: BigInt64Array.of(-1n, 12n), shape: [2] }],
    ['image', { values: Int32Array.of(7, -3), shape: [2] }],
  ]),
};
const numbers: NpyContents = { values: Float32Array.of(0, 4, 0.5, 1, 5, 0.25), shape: [2, 3] };

describe('data/published/pair-table: PairTable', () => {
  it('reads records by field and row', () => {
    const table = new PairTable(records, 'pairs.npy', 3);
    expect(table.length).toBe(2);
    expect([table.text(1, 0), table.bits(1, 1), table.whole(1, 1), table.whole(0, 2)]).toEqual(['B', 12n, 12, 7]);
    expect(table.bits(0, 1)).toBe(2n ** 64n - 1n);
    expect(table.bits(0, 2)).toBe(7n);
  });

  it('reads a plain array by column and row', () => {
    const table = new PairTable(numbers, 'pairs', 2);
    expect(table.length).toBe(2);
    expect([0, 1].map((row) => [table.whole(row, 0), table.whole(row, 1, 6)])).toEqual([
      [0, 4],
      [1, 5],
    ]);
  });

  it('names row and column of what is something else than expected', () => {
    const table = new PairTable(records, 'a/pairs.npy', 3);
    expect(() => table.whole(1, 2)).toThrow(
      'a/pairs.npy: row 1, column 2: expected a whole number from 0 to 9007199254740990, found -3',
    );
    expect(() => table.whole(0, 2, 7)).toThrow('row 0, column 2: expected a whole number from 0 to 6, found 7');
    expect(() => table.whole(0, 0)).toThrow('row 0, column 0: expected a whole number');
    expect(() => table.whole(0, 1)).toThrow('expected a whole number from 0 to 9007199254740990, found -1');
    expect(() => table.text(0, 2)).toThrow('row 0, column 2: expected a text, found 7');
    expect(() => new PairTable(numbers, 'pairs', 3).whole(0, 2)).toThrow('expected a whole number');
    expect(() => new PairTable(numbers, 'pairs', 3).bits(0, 2)).toThrow('found 0.5');
  });

  it.each([
    ['too few fields', records, 'found the fields scene, low, image of the shape [2]'],
    ['too few columns', numbers, 'found numbers of the shape [2, 3]'],
    ['another shape', { ...numbers, shape: [6] }, 'found numbers of the shape [6]'],
    [
      'fields with axes of their own',
      { shape: [1], fields: new Map([['pose', { values: Float32Array.of(1, 2), shape: [1, 2] }]]) },
      'found the fields pose of the shape [1]',
    ],
  ])('refuses a list with %s', (_, contents: NpyContents, message) => {
    expect(() => new PairTable(contents, 'pairs.npy', 4)).toThrow(
      `pairs.npy: expected a list of pairs with 4 columns, ${message}`,
    );
  });
});
