import * as tf from '@tensorflow/tfjs';

/** Keeps the quotient finite where the norm is 0, as in PyTorch's clip_grad_norm_. */
const EPSILON = 1e-6;

/** √Σ g² over all numbers of all gradients: a scalar. At most one tensor's squares exist at a time. */
export function globalNorm(gradients: Iterable<tf.Tensor>): tf.Scalar {
  return tf.tidy(() => {
    const sums = [...gradients].map((gradient) => tf.tidy(() => gradient.square().sum<tf.Scalar>()));
    return sums.length > 0 ? sumOf(sums).sqrt() : tf.scalar(0);
  });
}

/** A shader of WebGPU takes 8 tensors, its result among them. */
const MOST_TERMS = 7;

function sumOf(terms: readonly tf.Scalar[]): tf.Scalar {
  if (terms.length <= MOST_TERMS) return tf.addN([...terms]);
  const groups = Array.from({ length: Math.ceil(terms.length / MOST_TERMS) }, (_, i) =>
    tf.addN(terms.slice(i * MOST_TERMS, (i + 1) * MOST_TERMS)),
  );
  return sumOf(groups);
}

/** The factor that brings gradients of this norm down to at most `maxNorm`; 1 if they are below it. */
export function clipFactor(norm: number, maxNorm: number): number {
  return Math.min(1, maxNorm / (norm + EPSILON));
}
