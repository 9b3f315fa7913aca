import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { useBackend } from '#test/support/backend.ts';
import { expectClose } from '#test/support/expect-close.ts';
import { randomTensor } from '#test/support/tiny-model.ts';
import type { Criterion, PairTruth } from '#train/criterion.ts';
import { fastCriterion } from '#train/losses/fast-criterion.ts';
import { plainCriterion } from '#train/losses/make-criterion.ts';
import { parseCriterion } from '#train/losses/notation.ts';
import { evaluated, type Predicted, predictionOf, randomPrediction, randomTruth } from './random-pair.ts';

useBackend();

const texts = ['ConfLoss(Regr3D(L21), alpha=0.2)', 'ConfLoss(Regr3D(L21, gt_scale=True), alpha=1)'];
const masks = ['both', 'view 1 only', 'neither', 'sample 2 only'] as const;

describe('train/losses/fast-criterion: fastCriterion', () => {
  it.each(texts.flatMap((text) => masks.map((mask) => [text, mask] as const)))(
    'agrees with the plain form of %s where the truth is known in: %s',
    (text, mask) => {
      const config = parseCriterion(text);
      const [truth, predicted] = [randomTruth(mask), randomPrediction()];
      const fast = evaluated(fastCriterion(config) as Criterion, truth, predicted);
      const plain = evaluated(plainCriterion(config), truth, predicted);
      expectClose([fast.loss], [plain.loss]);
      expect(Object.keys(fast.details)).toEqual(Object.keys(plain.details));
      expectClose(Object.values(fast.details), Object.values(plain.details));
      fast.gradients.forEach((gradient, i) => {
        expectClose(gradient, plain.gradients[i] as tf.Tensor);
      });
    },
  );

  it('gives the details gradients too', () => {
    const config = parseCriterion('ConfLoss(Regr3D(L21), alpha=0.2)');
    const [truth, predicted] = [randomTruth(), [...randomPrediction()]];
    const mixed = (criterion: Criterion) =>
      tf.grads((...xs: tf.Tensor[]) => {
        const { details } = criterion(truth, predictionOf(xs));
        return tf.addN([
          (details['conf_loss2'] as tf.Scalar).mul(3),
          details['Regr3D_pts3d_1'] as tf.Scalar,
          (details['conf_loss_1'] as tf.Scalar).mul(0.1),
        ]);
      })(predicted);
    const expected = mixed(plainCriterion(config));
    mixed(fastCriterion(config) as Criterion).forEach((gradient, i) => {
      expectClose(gradient, expected[i] as tf.Tensor);
    });
  });

  it('has a gradient of 0 where the prediction is exact, and one where points are at the origin', () => {
    const truth = { view1: onePoint([0, 0, 2]), view2: onePoint([0, 0, 0]) };
    const predicted = [truth.view1.points, truth.view2.points, tf.fill([1, 1, 1], 3), tf.fill([1, 1, 1], 3)] as const;
    const config = parseCriterion('ConfLoss(Regr3D(L21), alpha=0.2)');
    const { gradients } = evaluated(fastCriterion(config) as Criterion, truth, predicted);
    expectClose(gradients[0] as tf.Tensor, tf.zeros([1, 1, 1, 3]), 0);
    expectClose(gradients[1] as tf.Tensor, tf.zeros([1, 1, 1, 3]), 0);
    expectClose(gradients[2] as tf.Tensor, tf.fill([1, 1, 1], -0.2 / 3));
  });

  it('agrees with the plain form on images of many pixels, of a size of their own in each view', () => {
    const [truth, predicted] = [largeTruth(), largePrediction()];
    const config = parseCriterion('ConfLoss(Regr3D(L21), alpha=0.2)');
    const fast = evaluated(fastCriterion(config) as Criterion, truth, predicted);
    const plain = evaluated(plainCriterion(config), truth, predicted);
    expectClose([fast.loss, ...Object.values(fast.details)], [plain.loss, ...Object.values(plain.details)]);
    fast.gradients.forEach((gradient, i) => {
      expectClose(gradient, plain.gradients[i] as tf.Tensor);
    });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('has a loss that is not finite where a prediction is %f', (value) => {
    const broken = (x: tf.Tensor) => tf.where(tf.range(0, x.size).reshape(x.shape).equal(7), value, x);
    const config = parseCriterion('ConfLoss(Regr3D(L21), alpha=0.2)');
    const truth = largeTruth(true);
    for (let i = 0; i < 4; i++) {
      const predicted = largePrediction().map((x, j) => (i === j ? broken(x) : x)) as unknown as Predicted;
      const { loss } = (fastCriterion(config) as Criterion)(truth, predictionOf(predicted));
      expect(Number.isFinite(loss.dataSync()[0])).toBe(false);
    }
  });

  it('leaves other criteria to the plain form', () => {
    const others = ["ConfLoss(Regr3D(L21, 'median_dis'))", 'Regr3D(L21)', 'ConfLoss(Regr3D(L21, dist_clip=5))'];
    for (const text of others) expect(fastCriterion(parseCriterion(text))).toBeUndefined();
  });
});

const largeShapes = [
  [3, 24, 31],
  [3, 17, 16],
] as const;

function largeTruth(isKnownEverywhere = false): PairTruth {
  const [view1, view2] = largeShapes.map((shape, i) => ({
    points: randomTensor<tf.Tensor4D>([...shape, 3], `truth ${i}`),
    valid: randomTensor(shape, `valid ${i}`).greater(isKnownEverywhere ? -100 : -0.5) as tf.Tensor3D,
  })) as [PairTruth['view1'], PairTruth['view2']];
  return { view1, view2 };
}

function largePrediction(): Predicted {
  const points = largeShapes.map((shape, i) => randomTensor([...shape, 3], `points ${i}`));
  const confidences = largeShapes.map((shape, i) => randomTensor(shape, `confidence ${i}`).exp().add(1));
  return [...points, ...confidences] as unknown as Predicted;
}

function onePoint(point: [number, number, number]) {
  return { points: tf.tensor4d(point, [1, 1, 1, 3]), valid: tf.tensor3d([1], [1, 1, 1], 'bool') };
}
