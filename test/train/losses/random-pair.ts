import * as tf from '@tensorflow/tfjs';
import type { PairPrediction } from '#model/dust3r.ts';
import { randomTensor } from '#test/support/tiny-model.ts';
import type { Criterion, PairTruth } from '#train/criterion.ts';

const [B, H, W] = [2, 5, 4];

type Mask = 'both' | 'view 1 only' | 'neither' | 'sample 2 only';

/** A random truth; the pixels without it hold NaN and infinity. */
export function randomTruth(mask: Mask = 'both'): PairTruth {
  return { view1: view(1, mask !== 'neither'), view2: view(2, mask !== 'neither' && mask !== 'view 1 only') };

  function view(number: number, isSeen: boolean) {
    const isLeftOut = tf.tensor3d([mask === 'sample 2 only' || !isSeen ? 1 : 0, isSeen ? 0 : 1], [B, 1, 1], 'bool');
    const valid = randomTensor<tf.Tensor3D>([B, H, W], `valid ${number}`)
      .greater(-0.5)
      .logicalAnd<tf.Tensor3D>(isLeftOut.logicalNot());
    const points = randomTensor<tf.Tensor4D>([B, H, W, 3], `truth ${number}`).add(tf.tensor1d([0, 0, 3]));
    const known = valid.expandDims(-1).tile([1, 1, 1, 3]).toBool();
    return { points: tf.where(known, points, [Number.NaN, Number.POSITIVE_INFINITY, 0]) as tf.Tensor4D, valid };
  }
}

/** Points of views 1 and 2, confidences of views 1 and 2. */
export type Predicted = readonly [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];

export function randomPrediction(): Predicted {
  const points = (name: string) => randomTensor([B, H, W, 3], name).add(tf.tensor1d([0.5, 0, 2]));
  const confidence = (name: string) => randomTensor([B, H, W], name).exp().add(1);
  return [points('points 1'), points('points 2'), confidence('confidence 1'), confidence('confidence 2')];
}

export function predictionOf([points1, points2, confidence1, confidence2]: readonly tf.Tensor[]): PairPrediction {
  return {
    view1: { points: points1 as tf.Tensor4D, confidence: confidence1 as tf.Tensor3D },
    view2: { points: points2 as tf.Tensor4D, confidence: confidence2 as tf.Tensor3D },
  };
}

/** The numbers of a criterion at a prediction, and its gradients in points and confidences. */
export function evaluated(criterion: Criterion, truth: PairTruth, predicted: Predicted) {
  const { loss, details } = criterion(truth, predictionOf(predicted));
  const gradients = tf.grads((...xs: tf.Tensor[]) => {
    const { loss } = criterion(truth, predictionOf(xs));
    return loss.add(xs.reduce((sum, x) => sum.add(x.sum().mul(0)), tf.scalar(0))); // uses all of them
  })([...predicted]);
  return {
    loss: loss.dataSync()[0] as number,
    details: Object.fromEntries(Object.entries(details).map(([name, value]) => [name, value.dataSync()[0] as number])),
    gradients,
  };
}
