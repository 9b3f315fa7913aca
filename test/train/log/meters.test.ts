import { describe, expect, it } from '@jest/globals';
import { lowerMedian, Meter } from '#train/log/meters.ts';

describe('train/log/meters', () => {
  it('takes the median of the last values and the average of all', () => {
    const meter = new Meter(3);
    for (const value of [100, 1, 3, 2]) meter.add(value);
    expect([meter.median, meter.average]).toEqual([2, 26.5]);
  });

  it('takes the lower one of two middle values, and is not a number if one value is not', () => {
    expect(lowerMedian([4, 1, 3, 2])).toBe(2);
    expect(lowerMedian([4, Number.NaN])).toBeNaN();
    expect(lowerMedian([])).toBeNaN();
    expect(lowerMedian([10, 9, -1])).toBe(9);
  });
});
