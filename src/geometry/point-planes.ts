import * as tf from '@tensorflow/tfjs';

/**
 * Points of a batch as planes of coordinates, [3, B, P]. Sums over coordinates and products with a number a pixel then
 * run along whole planes, which takes a third to a fifth of the time that [B, P, 3] takes on the native engine.
 */
export type PointPlanes = tf.Tensor3D;

/** Pointmaps [B, H, W, 3] of one batch, laid side by side: P is the sum of their H·W. */
export function pointPlanes(...pointmaps: readonly tf.Tensor4D[]): PointPlanes {
  const rows = pointmaps.map((points) => points.reshape<tf.Tensor3D>([points.shape[0], -1, 3]));
  const joined = rows.length === 1 ? (rows[0] as tf.Tensor3D) : tf.concat(rows, 1);
  const [B, P] = joined.shape;
  return joined
    .reshape([B * P, 3])
    .transpose()
    .reshape([3, B, P]);
}

/** Takes pointPlanes back: planes [3, B, P] into pointmaps [B, H, W, 3] of these sizes. */
export function pointmapsOf(planes: PointPlanes, sizes: readonly (readonly [H: number, W: number])[]): tf.Tensor4D[] {
  const [, B, P] = planes.shape;
  const rows = planes
    .reshape([3, B * P])
    .transpose()
    .reshape<tf.Tensor3D>([B, P, 3]);
  const pixels = sizes.map(([H, W]) => H * W);
  return tf.split(rows, pixels, 1).map((view, i) => view.reshape([B, ...(sizes[i] as [number, number]), 3]));
}

/** [3, B, P] → [B, P]: distances to the origin. At the origin they are 1e-18 and their gradient is 0, as PyTorch's. */
export function distancesToOrigin(points: PointPlanes): tf.Tensor2D {
  return distances(points) as tf.Tensor2D;
}

const distances = tf.customGrad((...args) => {
  const [points, save] = args as [tf.Tensor, tf.GradSaveFunc];
  const value = points.square().sum(0).maximum(1e-36).sqrt();
  save([points, value]);
  const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
    const [points, value] = saved as [tf.Tensor, tf.Tensor];
    return points.mul(dy.div(value));
  };
  return { value, gradFunc };
});
