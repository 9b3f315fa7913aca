import * as tf from '@tensorflow/tfjs';

/** Keeps the quotient finite where the norm is 0, as in PyTorch's clip_grad_norm_. */
const EPSILON = 1e-6;

/** √Σ g² over all numbers of all gradients: a scalar. At most one tensor's squares exist at a time. */
export function globalNorm(gradients: Iterable<tf.Tensor>): tf.Scalar {
  return tf.tidy(() => {
    const sums = [...gradients].map((gradient) => tf.tidy(() => gradient.square().sum<tf.Scalar>()));
    return sums.length > 0 ? tf.addN(sums).sqrt() : tf.scalar(0);
  });
}

/** The factor that brings gradients of this norm down to at most `maxNorm`; 1 if they are below it. */
export function clipFactor(norm: number, maxNorm: number): number {
  return Math.min(1, maxNorm / (norm + EPSILON));
}
