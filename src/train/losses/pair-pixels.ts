import * as tf from '@tensorflow/tfjs';
import { distancesToOrigin, type PointPlanes, pointPlanes } from '#geometry/point-planes.ts';
import type { PairPrediction, ViewPrediction } from '#model/dust3r.ts';
import { expectShape } from '#tensor/shape.ts';
import type { PairTruth, ViewTruth } from '#train/criterion.ts';

/**
 * Truth and prediction of a batch of pairs, pixel by pixel: P pixels are those of view 1, then those of view 2, since
 * sizes and centres of a sample are measured over both views (spec 2.2).
 */
export interface PairPixels {
  /** [3, B, P], finite where not valid. */
  readonly truth: PointPlanes;
  /** [3, B, P], finite where not valid. */
  readonly prediction: PointPlanes;
  /** [B, P], finite and above 0 where not valid; absent where the network gives none. */
  readonly confidence?: tf.Tensor2D;
  /** [B, P], bool: where the truth is known. */
  readonly valid: tf.Tensor2D;
  /** How many of the P pixels belong to view 1 and to view 2. */
  readonly sizes: readonly [number, number];
}

/**
 * Lays both views side by side. Whatever stands in pixels without truth, NaN and infinity too, becomes 0, so that it
 * reaches neither a loss nor a gradient.
 * @throws RangeError if a shape does not fit the truth's
 */
export function pairPixels(truth: PairTruth, prediction: PairPrediction): PairPixels {
  expectFittingPair(truth, prediction);
  const tensors = tf.tidy(() => {
    const valid = sideBySide(truth.view1.valid, truth.view2.valid);
    const [B, P] = valid.shape;
    const known = tf.broadcastTo<tf.Rank.R3>(valid.expandDims(0), [3, B, P]);
    const origin = tf.zeros<tf.Rank.R3>([3, B, P]);
    const cleaned = (points1: tf.Tensor4D, points2: tf.Tensor4D): PointPlanes =>
      tf.where(known, pointPlanes(points1, points2), origin);
    const confidence = confidenceOf(prediction);
    return {
      truth: cleaned(truth.view1.points, truth.view2.points),
      prediction: cleaned(prediction.view1.points, prediction.view2.points),
      ...(confidence && { confidence: tf.where(valid, confidence, tf.onesLike(confidence)) }),
      valid,
    };
  });
  return { ...tensors, sizes: [pixelsOf(truth.view1), pixelsOf(truth.view2)] };
}

/** @throws RangeError if a shape does not fit the truth's */
export function expectFittingPair(truth: PairTruth, prediction: PairPrediction): void {
  expectFitting('view 1', truth.view1, prediction.view1);
  expectFitting('view 2', truth.view2, prediction.view2);
}

/** The same without the pixels whose true point is farther than this from the first camera. */
export function withinDistance(pixels: PairPixels, distance: number): PairPixels {
  return { ...pixels, valid: pixels.valid.logicalAnd(distancesToOrigin(pixels.truth).lessEqual(distance)) };
}

/** Sum over the valid pixels of the batch over their count, of each view; 0 for a view without any (spec 2.1). */
export function viewMeans(perPixel: tf.Tensor2D, { valid, sizes }: PairPixels): readonly [ViewMean, ViewMean] {
  const weights = valid.toFloat();
  const sums = tf.split(perPixel.mul(weights), [...sizes], 1).map((view) => view.sum<tf.Scalar>());
  const counts = tf.split(weights, [...sizes], 1).map((view) => view.sum<tf.Scalar>());
  const meanOf = (view: 0 | 1): ViewMean => {
    const [sum, count] = [sums[view] as tf.Scalar, counts[view] as tf.Scalar];
    return { mean: sum.div(count.maximum(1)), count };
  };
  return [meanOf(0), meanOf(1)];
}

export interface ViewMean {
  readonly mean: tf.Scalar;
  readonly count: tf.Scalar;
}

/** The mean to be shown: NaN, as in the original, where there was nothing to measure. */
export function knownMean({ mean, count }: ViewMean): tf.Scalar {
  return tf.where(count.greater(0), mean, tf.scalar(Number.NaN));
}

export function expectConfidence<T extends tf.Tensor>(confidence: T | undefined): T {
  if (confidence) return confidence;
  throw new Error('ConfLoss: expected a confidence for every pixel, found none; the network needs a confMode');
}

function confidenceOf({ view1, view2 }: PairPrediction): tf.Tensor2D | undefined {
  return view1.confidence && view2.confidence && sideBySide(view1.confidence, view2.confidence);
}

/** [B, H, W] of both views → [B, P] */
function sideBySide(view1: tf.Tensor3D, view2: tf.Tensor3D): tf.Tensor2D {
  const rows = [view1, view2].map((view) => view.reshape<tf.Tensor2D>([view.shape[0], -1]));
  return tf.concat(rows, 1);
}

function pixelsOf({ valid }: ViewTruth): number {
  const [, H, W] = valid.shape;
  return H * W;
}

function expectFitting(view: string, truth: ViewTruth, prediction: ViewPrediction): void {
  const [B, H, W] = truth.valid.shape;
  expectShape(`criterion: true points of ${view}`, truth.points, [B, H, W, 3]);
  expectShape(`criterion: predicted points of ${view}`, prediction.points, [B, H, W, 3]);
  if (prediction.confidence) expectShape(`criterion: confidence of ${view}`, prediction.confidence, [B, H, W]);
}
