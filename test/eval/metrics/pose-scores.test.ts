import { describe, expect, it } from '@jest/globals';
import { poseScores } from '#eval/metrics/pose-scores.ts';
import type { PoseRow } from '#eval/report.ts';

const row = (rotationDeg: number, translationDeg: number | null, signed = translationDeg): PoseRow => ({
  failed: rotationDeg === 180,
  rotationDeg,
  translationDeg,
  translationSignedDeg: signed,
});

describe('eval/metrics/pose-scores', () => {
  it('counts shares below each threshold, strictly', () => {
    const scores = poseScores([row(2, 16), row(5, 4), row(14, 29), row(180, 90, 180)]);
    expect([scores.rra5, scores.rra15, scores.rra30]).toEqual([0.25, 0.75, 0.75]);
    expect([scores.rta5, scores.rta15, scores.rta30]).toEqual([0.25, 0.25, 0.75]);
    expect([scores.pairs, scores.failed]).toEqual([4, 1]);
    expect([scores.medianRotationDeg, scores.medianTranslationDeg]).toEqual([9.5, 22.5]);
  });

  it('averages over whole degrees from 1 to 30 for mAA: by hand, errors of 0.5°, 9.5° and 40° give 51/90', () => {
    // Below τ: the first pair for all 30 thresholds, the second from 10 to 30 (21 of them), the third for none.
    const scores = poseScores([row(0.5, 0.1), row(3, 9.5), row(40, 0)]);
    expect(scores.maa30).toBeCloseTo((30 + 21) / (3 * 30), 12);
    expect(scores.curves.both[8]).toBeCloseTo(1 / 3, 12);
    expect(scores.curves.both[9]).toBeCloseTo(2 / 3, 12);
    expect(scores.curves.both).toHaveLength(30);
  });

  it('leaves pairs without a direction out of RTA and mAA, and counts them', () => {
    const scores = poseScores([row(0, 0), row(170, null)]);
    expect([scores.rra5, scores.rta5, scores.maa30, scores.withoutDirection]).toEqual([0.5, 1, 1, 1]);
  });

  it('judges the sign in the signed figure alone', () => {
    const scores = poseScores([row(0, 3, 177), row(0, 3, 3)]);
    expect([scores.rta15, scores.rta15Signed]).toEqual([1, 0.5]);
  });

  it('has no figures of nothing', () => {
    expect(poseScores([])).toMatchObject({ pairs: 0, rra15: null, maa30: null, curves: { both: [] } });
  });
});
