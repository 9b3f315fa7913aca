import { describe, expect, it } from '@jest/globals';
import { CurveTable } from '#train/plot/curve-table.ts';

describe('train/plot/curve-table', () => {
  it('keeps values that come and go in their places', () => {
    const table = new CurveTable();
    table.add(0, 0, [['a', 1]]);
    table.add(5, 0.5, [['b', 2]]);
    table.add(9, 0.9, [['a', 3]]);
    expect(table.curves(100)).toEqual({
      step: [0, 5, 9],
      epoch: [0, 0.5, 0.9],
      values: { a: [1, null, 3], b: [null, 2, null] },
      notFinite: {},
      logged: 1,
    });
  });

  it('lets what is told again replace what was told before', () => {
    const table = new CurveTable();
    for (const step of [0, 1, 2, 3]) table.add(step, step, [['a', step]]);
    table.add(1, 1, [['a', -1]]);
    expect(table.curves(100)).toMatchObject({ step: [0, 1], values: { a: [0, -1] } });
  });

  it('takes the mean of neighbours where there are more values than a screen shows, but not of what is not finite', () => {
    const table = new CurveTable();
    [1, 3, 5, Number.NaN, Number.NaN, Number.POSITIVE_INFINITY, 7].forEach((value, step) => {
      table.add(step, step / 7, [['a', value]]);
    });
    expect(table.curves(4)).toMatchObject({
      step: [1, 3, 5, 6],
      values: { a: [2, 5, null, 7] },
      notFinite: { a: 3 },
      logged: 2,
    });
  });

  it('refuses a log with more names than a run has', () => {
    const table = new CurveTable();
    const names = Array.from({ length: 301 }, (_, i) => [`name ${i}`, i] as const);
    expect(() => table.add(0, 0, names)).toThrow('more than 300 kinds of values, as name 300');
  });
});
