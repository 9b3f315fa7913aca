import type * as tf from '@tensorflow/tfjs';

/**
 * Euclidean norm over the last axis, which is kept with size 1. Its gradient at the zero vector is 0, as in PyTorch;
 * tf.norm gives NaN there. Lengths below 1e-18 read as 1e-18.
 */
export function safeNorm<T extends tf.Tensor>(x: T): T {
  return x.square().sum<T>(-1, true).maximum<T>(1e-36).sqrt();
}
