import * as tf from '@tensorflow/tfjs';

type Branch<T extends tf.Tensor> = (inputs: readonly T[]) => tf.Tensor;

/**
 * Applies one function to the landscape samples of a batch and another to the portrait ones, and puts the results back
 * in order. All inputs and both results have the batch as their first axis.
 */
export function mapByOrientation<T extends tf.Tensor>(
  inputs: readonly T[],
  isPortrait: readonly boolean[],
  branches: { readonly landscape: Branch<T>; readonly portrait: Branch<T> },
): tf.Tensor {
  const indices = isPortrait.map((_, i) => i);
  const landscape = indices.filter((i) => !isPortrait[i]);
  const portrait = indices.filter((i) => isPortrait[i]);
  if (portrait.length === 0) return branches.landscape(inputs);
  if (landscape.length === 0) return branches.portrait(inputs);
  const grouped = tf.concat([
    branches.landscape(inputs.map((x) => tf.gather(x, landscape))),
    branches.portrait(inputs.map((x) => tf.gather(x, portrait))),
  ]);
  const order = [...landscape, ...portrait];
  return tf.gather(
    grouped,
    indices.map((i) => order.indexOf(i)),
  );
}

/** Exchanges the two spatial axes of [B, H, W, C]. */
export function swapSpatialAxes(x: tf.Tensor4D): tf.Tensor4D {
  return x.transpose([0, 2, 1, 3]);
}
