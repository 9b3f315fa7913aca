import { describe, expect, it } from '@jest/globals';
import { type Axis, placeOn, roundEnd, ticksOf } from '#eval/page/chart.ts';

const axis = (own: Partial<Axis>): Axis => ({ label: 'error', from: 0, to: 10, format: String, ...own });

describe('eval/page/chart', () => {
  it('places values evenly, or by their logarithms, and those beyond an end at that end', () => {
    expect([0, 2.5, 10, 20, -1].map((value) => placeOn(axis({}), value))).toEqual([0, 0.25, 1, 1, 0]);
    const logarithmic = axis({ from: 0.01, to: 100, scale: 'log' });
    expect(placeOn(logarithmic, 1)).toBeCloseTo(0.5, 12);
    expect(placeOn(logarithmic, 0)).toBe(0);
  });

  it('has five ticks, or those that are given', () => {
    expect(ticksOf(axis({}))).toEqual([0, 2.5, 5, 7.5, 10]);
    expect(ticksOf(axis({ ticks: [1, 3] }))).toEqual([1, 3]);
  });

  it('ends axes at round numbers', () => {
    expect([0.182, 0.2, 1, 1.47, 3, 9, Number.NaN, 0].map(roundEnd)).toEqual([0.2, 0.2, 1, 2, 4, 10, 1, 1]);
  });
});
