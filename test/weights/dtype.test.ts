import { describe, expect, it } from '@jest/globals';
import { elementCount, isDtype, isShape } from '#weights/dtype.ts';

describe('weights/dtype', () => {
  it('counts the elements of a shape, of a scalar and of an empty tensor', () => {
    expect([elementCount([2, 3]), elementCount([]), elementCount([2 ** 50, 2 ** 50, 0])]).toEqual([6, 1, 0]);
  });

  it('has no count for a shape beyond exact integers', () => {
    expect(elementCount([2 ** 30, 2 ** 30])).toBeUndefined();
    expect(elementCount(Array(100).fill(2 ** 50))).toBeUndefined();
  });

  it('takes only lists of non-negative integers for shapes', () => {
    expect([isShape([]), isShape([0, 5])]).toEqual([true, true]);
    expect([[-1], [0.5], ['1'], [2 ** 53], null, 3].map(isShape)).toEqual(Array(6).fill(false));
  });

  it('knows its own names, not those of objects', () => {
    expect([isDtype('BF16'), isDtype('toString'), isDtype(4)]).toEqual([true, false, false]);
  });
});
