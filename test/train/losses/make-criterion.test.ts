import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { checkLosses } from '#test/golden/losses.ts';
import { isWithin, reportLine } from '#test/golden/report.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose } from '#test/support/expect-close.ts';
import { expectNoLeak } from '#test/support/no-leak.ts';
import type { CriterionConfig } from '#train/losses/config.ts';
import { makeCriterion } from '#train/losses/make-criterion.ts';
import { parseCriterion } from '#train/losses/notation.ts';
import { evaluated, predictionOf, randomPrediction, randomTruth } from './random-pair.ts';

useBackend();

const read = (text: string) => makeCriterion(parseCriterion(text));
const lossOf = (text: string, truth = randomTruth(), predicted = randomPrediction()) =>
  evaluated(read(text), truth, predicted).loss;

/** One sample of one row: points on the z axis, all of confidence 2. */
const onAxis = (...z: number[]) =>
  tf.tensor4d(
    z.flatMap((depth) => [0, 0, depth]),
    [1, 1, z.length, 3],
  );
const seen = (...valid: number[]) => tf.tensor3d([[valid]], undefined, 'bool');
const byHand = (text: string) => {
  const truth = {
    view1: { points: onAxis(1, 2, 3), valid: seen(1, 1, 0) },
    view2: { points: onAxis(4, 9, 9), valid: seen(1, 0, 0) },
  };
  const two = tf.fill([1, 1, 3], 2);
  return evaluated(read(text), truth, [onAxis(1, 4, 7), onAxis(5, 0, 0), two, two]);
};

describe('train/losses/make-criterion: makeCriterion', () => {
  it("agrees with the reference's losses, details and gradients", async () => {
    const reports = await checkLosses('test/fixtures/golden');
    expect(reports.filter(({ comparisons }) => !comparisons.every(isWithin)).map(reportLine)).toEqual([]);
    expect(reports.map(({ comparisons }) => comparisons.length)).toEqual([100]);
  });

  it('computes by hand: the mean distance of each view, added', () => {
    const { loss, details } = byHand('Regr3D(L21, norm_mode=None)');
    expect(loss).toBeCloseTo(1 + 1);
    expect(details).toEqual({ Regr3D_pts3d_1: 1, Regr3D_pts3d_2: 1 });
    const { details: weighed } = byHand('ConfLoss(Regr3D(L21, None), alpha=0.2)');
    expect(weighed['conf_loss_1']).toBeCloseTo(2 - 0.2 * Math.log(2));
    expect(weighed['conf_loss2']).toBeCloseTo(2 - 0.2 * Math.log(2));
  });

  it('leaves out points beyond dist_clip', () => {
    const { details } = byHand('Regr3D(L21, None, dist_clip=1.5)');
    expectClose(Object.values(details), [1e-18, Number.NaN]);
  });

  it('multiplies whole sums, and multiples of multiples', () => {
    const [a, b] = [lossOf('Regr3D(L21)'), lossOf('Regr3D_ScaleInv(L21)')];
    expect(lossOf('3 * (Regr3D(L21) + Regr3D_ScaleInv(L21))')).toBeCloseTo(3 * (a + b), 4);
    expect(lossOf('3 * (2 * Regr3D(L21)) + Regr3D_ScaleInv(L21)')).toBeCloseTo(6 * a + b, 4);
  });

  it('weighs multiples and sums of losses by confidence as what they are', () => {
    const sum = lossOf('ConfLoss(0.5 * (Regr3D(L21) + 3 * Regr3D(L21)), alpha=0.2)');
    expect(sum).toBeCloseTo(lossOf('ConfLoss(2 * Regr3D(L21), alpha=0.2)'), 5);
    expect(sum).toBeCloseTo(2 * lossOf('ConfLoss(Regr3D(L21), alpha=0.1)'), 5);
  });

  const invariances: readonly (readonly [string, (points: tf.Tensor) => tf.Tensor])[] = [
    ['Regr3D(L21)', (points) => points.mul(3)],
    ['Regr3D_ShiftInv(L21, None)', (points) => points.add([0, 0, 2])],
    ['Regr3D_ScaleInv(L21, None, gt_scale=True)', (points) => points.mul(3)],
    ['Regr3D_ScaleShiftInv(L21, None, gt_scale=True)', (points) => points.mul(3).add([0, 0, 2])],
  ];
  it.each(invariances)('is blind in %s to what it is invariant to', (text, change) => {
    const [points1, points2, ...confidences] = randomPrediction();
    const changed = [change(points1), change(points2), ...confidences] as const;
    expect(lossOf(text, randomTruth(), changed)).toBeCloseTo(lossOf(text), 4);
  });

  it('gives 0, NaN details and no gradient where nothing is known', () => {
    for (const text of ['Regr3D(L21)', 'ConfLoss(Regr3D(L21))', 'Regr3D_ScaleShiftInv(L21)']) {
      const { loss, details, gradients } = evaluated(read(text), randomTruth('neither'), randomPrediction());
      expect(loss).toBe(0);
      expect(
        Object.entries(details)
          .filter(([name]) => name.startsWith('Regr3D'))
          .map(([, value]) => value),
      ).toEqual([Number.NaN, Number.NaN]);
      for (const gradient of gradients) expectClose(gradient, tf.zerosLike(gradient), 0);
    }
  });

  const texts = [
    'ConfLoss(Regr3D(L21), alpha=0.2)',
    "Regr3D(L21, 'avg_warp-log1p')",
    "Regr3D(L21, 'sqrt_dis')",
    'Regr3D_ScaleShiftInv(L21)',
  ];
  it.each(texts)('keeps %s finite whatever stands in pixels without truth', (text) => {
    for (const mask of ['view 1 only', 'sample 2 only'] as const) {
      const truth = randomTruth(mask);
      const clean = randomPrediction();
      const spoil = (points: tf.Tensor, valid: tf.Tensor) =>
        tf.where(valid.expandDims(-1).tile([1, 1, 1, 3]).toBool(), points, Number.POSITIVE_INFINITY);
      const [points1, points2, ...confidences] = clean;
      const spoilt = [spoil(points1, truth.view1.valid), spoil(points2, truth.view2.valid), ...confidences] as const;
      const { loss, gradients } = evaluated(read(text), truth, spoilt);
      expect(loss).toBeCloseTo(lossOf(text, truth, clean), 6);
      for (const gradient of gradients) expect(gradient.isFinite().all().dataSync()[0]).toBe(1);
    }
  });

  it('leaves behind only the loss and its details', () => {
    const [truth, prediction] = [randomTruth(), predictionOf(randomPrediction())];
    for (const text of ['ConfLoss(Regr3D(L21))', 'Regr3D(L21) + 2 * Regr3D(L21)', 'Regr3D_ScaleShiftInv(L21)']) {
      expectNoLeak(() => read(text)(truth, prediction));
    }
  });

  it('refuses a description that has no text', () => {
    const odd = { type: 'Regr3D', normMode: 'avg' } as unknown as CriterionConfig;
    expect(() => makeCriterion(odd)).toThrow('norm_mode of Regr3D: None or one of avg_dis');
    expect(() => makeCriterion({ type: 'Scaled', factor: Number.NaN, loss: odd })).toThrow('a number * a loss');
  });

  it('says what does not fit: confidences that are missing, other sizes', () => {
    const [points1, points2] = randomPrediction() as unknown as [tf.Tensor4D, tf.Tensor4D];
    const bare = { view1: { points: points1 }, view2: { points: points2 } };
    for (const text of ['ConfLoss(Regr3D(L21))', 'ConfLoss(2 * Regr3D(L21))']) {
      expect(() => read(text)(randomTruth(), bare)).toThrow('expected a confidence for every pixel, found none');
    }
    const small = { ...bare, view2: { points: tf.zeros<tf.Rank.R4>([2, 4, 4, 3]) } };
    expect(() => read('Regr3D(L21)')(randomTruth(), small)).toThrow(
      'criterion: predicted points of view 2: expected shape [2, 5, 4, 3], got [2, 4, 4, 3]',
    );
  });
});
