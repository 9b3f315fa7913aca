import * as tf from '@tensorflow/tfjs';
import { validMedian } from '#geometry/median.ts';
import { normalizePoints } from '#geometry/normalize.ts';
import { distancesToOrigin, type PointPlanes } from '#geometry/point-planes.ts';
import type { RegressionConfig } from './config.ts';
import { type PairPixels, withinDistance } from './pair-pixels.ts';

/** What a regression loss compares, after normalisation and the removal of what it is invariant to. */
type Compared = Pick<PairPixels, 'truth' | 'prediction'>;

/**
 * The distance between the predicted and the true point of every pixel (spec 2.2, 2.4), and which pixels count.
 * @returns distances [B, P] and the pixels with the mask that holds for them
 */
export function regressionDistances(
  config: RegressionConfig,
  pixels: PairPixels,
): { readonly distances: tf.Tensor2D; readonly pixels: PairPixels } {
  const counted = config.distClip === undefined ? pixels : withinDistance(pixels, config.distClip);
  const { truth, prediction } = compared(config, counted);
  return { distances: distancesToOrigin(prediction.sub(truth)), pixels: counted };
}

function compared(config: RegressionConfig, pixels: PairPixels): Compared {
  const { valid } = pixels;
  const normalized = normalize(config, pixels);
  switch (config.type) {
    case 'Regr3D':
      return normalized;
    case 'Regr3D_ShiftInv':
      return withoutShift(normalized, valid);
    case 'Regr3D_ScaleInv':
      return withoutScale(normalized, valid, config.gtScale);
    case 'Regr3D_ScaleShiftInv':
      return withoutScale(withoutShift(normalized, valid), valid, config.gtScale);
  }
}

function normalize({ normMode, gtScale }: RegressionConfig, { truth, prediction, valid }: PairPixels): Compared {
  if (normMode === 'none') return { truth, prediction };
  return {
    truth: gtScale ? truth : normalizePoints(truth, valid, normMode),
    prediction: normalizePoints(prediction, valid, normMode),
  };
}

/** Puts each sample's median depth at 0, in truth and prediction. */
function withoutShift({ truth, prediction }: Compared, valid: tf.Tensor2D): Compared {
  const centred = (points: PointPlanes): PointPlanes => {
    const [x, y, z] = tf.split(points, 3, 0) as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
    const depth: tf.Tensor2D = z.squeeze([0]);
    return tf.concat([x, y, depth.sub(validMedian(depth, valid)).expandDims<tf.Tensor3D>(0)], 0);
  };
  return { truth: centred(truth), prediction: centred(prediction) };
}

/**
 * Gives the prediction the truth's extent, or both the extent 1. Points are multiplied about the origin, though extents
 * are measured about a centre (spec pitfall 27).
 */
function withoutScale({ truth, prediction }: Compared, valid: tf.Tensor2D, gtScale = false): Compared {
  const trueExtent = extentOf(truth, valid);
  const extent = extentOf(prediction, valid).clipByValue(1e-3, 1e3);
  if (gtScale) return { truth, prediction: prediction.mul(trueExtent.div(extent)) };
  // Where all true points of a sample fall together the original divides by 0; they stay as they are here.
  const divisor = tf.where(trueExtent.greater(1e-8), trueExtent, tf.onesLike(trueExtent));
  return { truth: truth.div(divisor), prediction: prediction.div(extent) };
}

/** The median distance from the median centre: [3, B, P] → [B, 1]. */
function extentOf(points: PointPlanes, valid: tf.Tensor2D): tf.Tensor2D {
  const [, B, P] = points.shape;
  const centre = validMedian(points.reshape([3 * B, P]), tf.tile(valid, [3, 1]));
  return validMedian(distancesToOrigin(points.sub(centre.reshape([3, B, 1]))), valid);
}
