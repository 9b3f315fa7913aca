import * as tf from '@tensorflow/tfjs';
import { hasKernel } from '#tensor/kernel.ts';
import { runOnLists } from '#tensor/overwrite.ts';

/** Keeps the quotient finite where the norm is 0, as in PyTorch's clip_grad_norm_. */
const EPSILON = 1e-6;

/** √Σ g² over all numbers of all gradients: a scalar. */
export function globalNorm(gradients: Iterable<tf.Tensor>): tf.Scalar {
  const list = [...gradients];
  if (list.length === 0 || !hasKernel('Dust3rGlobalNorm')) return plainGlobalNorm(list);
  const [norm] = runOnLists('Dust3rGlobalNorm', [list]) as [tf.Scalar];
  return norm;
}

/** The reference for globalNorm(). At most one tensor's squares exist at a time. */
export function plainGlobalNorm(gradients: readonly tf.Tensor[]): tf.Scalar {
  return tf.tidy(() => {
    const sums = gradients.map((gradient) => tf.tidy(() => gradient.square().sum<tf.Scalar>()));
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
