import { describe, expect, it } from '@jest/globals';

import { percentiles } from '#export/percentile.ts';

describe('export/percentile: percentiles', () => {
  it('takes the nearest of the sorted values', () => {
    expect(percentiles(Float32Array.of(30, 10, 0, 20, 40), [0, 0.25, 0.5, 1])).toEqual([0, 10, 20, 40]);
  });

  it('leaves out what is not finite and gives NaN where nothing is left', () => {
    const values = Float32Array.of(Number.NaN, 3, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    expect(percentiles(values, [0, 1])).toEqual([3, 3]);
    expect(percentiles(new Float32Array(0), [0.5])).toEqual([Number.NaN]);
  });

  it('samples long arrays evenly', () => {
    const values = Float32Array.from({ length: 250_000 }, (_, i) => i);
    const [low = 0, middle = 0, high = 0] = percentiles(values, [0.1, 0.5, 0.9]);
    expect(low / 25_000).toBeCloseTo(1, 3);
    expect(middle / 125_000).toBeCloseTo(1, 3);
    expect(high / 225_000).toBeCloseTo(1, 3);
  });
});
