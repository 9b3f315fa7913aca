import * as tf from '@tensorflow/tfjs';

/** What each of `size` samples weighs in each of `newSize`, by linear interpolation between pixel centres. [newSize, size] */
export function linearWeights(size: number, newSize: number): tf.Tensor2D {
  const weights = new Float32Array(newSize * size);
  for (let i = 0; i < newSize; i++) {
    const at = Math.min(Math.max(((i + 0.5) * size) / newSize - 0.5, 0), size - 1);
    const low = Math.floor(at);
    const high = Math.min(low + 1, size - 1);
    weights[i * size + low] = (weights[i * size + low] as number) + 1 - (at - low);
    weights[i * size + high] = (weights[i * size + high] as number) + (at - low);
  }
  return tf.tensor2d(weights, [newSize, size]);
}
