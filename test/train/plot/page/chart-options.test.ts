import { describe, expect, it } from '@jest/globals';
import { nearestValue } from '#train/plot/page/chart-options.ts';

describe('train/plot/page/chart-options: nearestValue', () => {
  const values = [undefined, 1, null, undefined, 2, undefined];

  it('finds the value next to the pointer of a run that was logged at other steps', () => {
    expect([1, 2, 3, 4].map((place) => nearestValue(values, place))).toEqual([1, 1, 4, 4]);
  });

  it('makes no value up where a run has not begun or is over', () => {
    expect([0, 5].map((place) => nearestValue(values, place))).toEqual([0, 5]);
  });
});
