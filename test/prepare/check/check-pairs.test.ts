import { describe, expect, it } from '@jest/globals';
import { checkDrawnPairs, checkUsable, overlapHistogram } from '#prepare/check/check-pairs.ts';

const overlapping = (...overlaps: readonly number[]) => overlaps.map((overlap) => ({ overlap }));

describe('prepare/check/check-pairs', () => {
  it.each([
    [[0.5, 0.99, 0.04], 'ok', '1 of 3 pairs overlap by 0.3 to 0.9, 1 by less than 0.05'],
    [[0.5, 0.01, 0.04], 'warning', '1 of 3 pairs overlap by 0.3 to 0.9, 2 by less than 0.05'],
    [[0, 0.01, 0.04], 'error', '0 of 3 pairs overlap by 0.3 to 0.9, 3 by less than 0.05'],
  ])('judges pairs that overlap by %j: %s', (overlaps, verdict, found) => {
    expect(checkDrawnPairs(overlapping(...overlaps), [0.3, 0.9])).toMatchObject({ verdict, found });
  });

  it('counts overlaps in tenths, 1 in the last', () => {
    expect(overlapHistogram(overlapping(0, 0.05, 0.31, 1))).toEqual([2, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
  });

  it('minds pairs lost to crops where they are many, and names each problem once', () => {
    expect(checkUsable(8, [])).toMatchObject({ verdict: 'ok' });
    expect(checkUsable(8, ['a', 'a'])).toMatchObject({ verdict: 'warning', files: ['a'] });
    expect(checkUsable(8, ['a', 'b', 'a'])).toMatchObject({ verdict: 'error', files: ['a', 'b'] });
  });
});
