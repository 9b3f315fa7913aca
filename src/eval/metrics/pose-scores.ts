import type { PoseCurves, PoseRow, PoseScores } from '#eval/report.ts';
import { mean, median, shareBelow } from './statistics.ts';

/** Whole degrees 1 … 30: mAA's thresholds. */
const thresholds = Array.from({ length: 30 }, (_, i) => i + 1);

/**
 * Scores of relative poses over pairs (spec 7.4). RRA@τ and RTA@τ: share of the pairs with e_R, with e_t below τ;
 * mAA(30): mean over the whole degrees 1 … 30 of the share with max(e_R, e_t) below (Wang et al. 2023; Jin et al. 2021).
 * Failed pairs have the largest errors; pairs whose true baseline has no direction are left out of RTA and mAA.
 */
export function poseScores(rows: readonly PoseRow[]): PoseScores {
  const directed = rows.filter(({ translationDeg }) => translationDeg !== null);
  const rotation = rows.map(({ rotationDeg }) => rotationDeg);
  const translation = directed.map(({ translationDeg }) => translationDeg as number);
  const signed = directed.map(({ translationSignedDeg }) => translationSignedDeg as number);
  const both = directed.map(({ rotationDeg, translationDeg }) => Math.max(rotationDeg, translationDeg as number));
  const curves: PoseCurves = { rotation: curve(rotation), translation: curve(translation), both: curve(both) };
  return {
    pairs: rows.length,
    failed: rows.filter((row) => row.failed).length,
    withoutDirection: rows.length - directed.length,
    rra5: shareBelow(rotation, 5),
    rra15: shareBelow(rotation, 15),
    rra30: shareBelow(rotation, 30),
    rta5: shareBelow(translation, 5),
    rta15: shareBelow(translation, 15),
    rta30: shareBelow(translation, 30),
    rta15Signed: shareBelow(signed, 15),
    maa30: mean(curves.both),
    medianRotationDeg: median(rotation),
    medianTranslationDeg: median(translation),
    curves,
  };
}

function curve(errors: readonly number[]): number[] {
  return errors.length === 0 ? [] : thresholds.map((limit) => shareBelow(errors, limit) as number);
}
