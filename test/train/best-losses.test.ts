import { describe, expect, it } from '@jest/globals';
import { compareWithBest } from '#train/best-losses.ts';

describe('train/best-losses: compareWithBest', () => {
  const first = compareWithBest(
    { sets: {} },
    new Map([
      ['a (x)', 2],
      ['b', 4],
    ]),
  );

  it('takes the first evaluation for the best of every set and of their mean', () => {
    expect(first).toEqual({ best: { mean: 3, sets: { 'a (x)': 2, b: 4 } }, isBetter: ['best', 'best-a-x', 'best-b'] });
  });

  it('judges every set by itself: an easy one does not decide for all (spec 3.3)', () => {
    expect(
      compareWithBest(
        first.best,
        new Map([
          ['a (x)', 1],
          ['b', 6],
        ]),
      ),
    ).toEqual({
      best: { mean: 3, sets: { 'a (x)': 1, b: 4 } },
      isBetter: ['best-a-x'],
    });
  });

  it('needs no checkpoints of sets where there is one only', () => {
    expect(compareWithBest({ sets: {} }, new Map([['a', 1]])).isBetter).toEqual(['best']);
  });

  it('never takes what is not a number for the best', () => {
    expect(compareWithBest({ sets: {} }, new Map([['a', Number.NaN]]))).toEqual({ best: { sets: {} }, isBetter: [] });
  });

  it('tells sets apart whose names look the same in a folder', () => {
    expect(
      compareWithBest(
        { sets: {} },
        new Map([
          ['1 @ a', 1],
          ['1 * a', 1],
        ]),
      ).isBetter,
    ).toEqual(['best', 'best-1-a-1', 'best-1-a-2']);
  });
});
