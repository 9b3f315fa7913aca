import * as tf from '@tensorflow/tfjs';
import { validMedian } from './median.ts';
import { distancesToOrigin, type PointPlanes } from './point-planes.ts';

/** How the size of a scene is measured: a mean of what, over the valid points of both views (spec 2.2). */
export const normModes = [
  'avg_dis',
  'avg_log1p',
  'avg_warp-log1p',
  'median_dis',
  'median_log1p',
  'median_warp-log1p',
  'sqrt_dis',
  'sqrt_log1p',
  'sqrt_warp-log1p',
] as const;
export type NormMode = (typeof normModes)[number];

/**
 * Divides each sample's points by their size, at least 1e-8. `avg_warp-log1p` first moves every point to a distance of
 * log1p(distance); the modes of median and sqrt ignore what follows the underscore. The gradient goes through the size,
 * except through a median.
 * @param points [3, B, P], finite where not valid
 * @param valid [B, P], bool
 */
export function normalizePoints(points: PointPlanes, valid: tf.Tensor2D, mode: NormMode): PointPlanes {
  return tf.tidy(() => {
    const warped = mode === 'avg_warp-log1p' ? warpByLog(points) : points;
    return warped.div(sizeOf(distancesToOrigin(warped), valid, mode).maximum(1e-8));
  });
}

/** [B, P] → [B, 1] */
function sizeOf(distances: tf.Tensor2D, valid: tf.Tensor2D, mode: NormMode): tf.Tensor2D {
  switch (mode) {
    case 'avg_log1p':
      return meanOfValid(distances.log1p(), valid);
    case 'avg_dis':
    case 'avg_warp-log1p':
      return meanOfValid(distances, valid);
    case 'median_dis':
    case 'median_log1p':
    case 'median_warp-log1p':
      return validMedian(distances, valid);
    case 'sqrt_dis':
    case 'sqrt_log1p':
    case 'sqrt_warp-log1p':
      return meanOfValid(distances.sqrt(), valid).square();
  }
}

function meanOfValid(values: tf.Tensor2D, valid: tf.Tensor2D): tf.Tensor2D {
  const weights = valid.toFloat();
  return values.mul(weights).sum<tf.Tensor2D>(1, true).div(weights.sum(1, true).add(1e-8));
}

function warpByLog(points: PointPlanes): PointPlanes {
  const distances = distancesToOrigin(points);
  return points.mul(distances.log1p().div(distances.maximum(1e-8)));
}
