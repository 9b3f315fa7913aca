import { describe, expect, it } from '@jest/globals';
import { smooth } from '#train/plot/page/smooth.ts';

describe('train/plot/page/smooth', () => {
  it('weighs older values less and begins with the first value', () => {
    expect(smooth([4, 1, null, 1], 0.5)).toEqual([4, 2, null, 10 / 7]);
  });

  it('changes nothing with weight 0, nor a constant with any', () => {
    expect(smooth([4, null, -1], 0)).toEqual([4, null, -1]);
    for (const value of smooth([3, 3, 3], 0.99)) expect(value).toBeCloseTo(3, 12);
  });
});
