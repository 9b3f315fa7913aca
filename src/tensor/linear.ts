import * as tf from '@tensorflow/tfjs';
import { hasKernel } from './kernel.ts';

/**
 * x Wᵀ + b over the last axis: the reference for linear(). Flattens to 2-D because tfjs has no gradient for a batched ×
 * unbatched matMul.
 */
export function plainLinear<T extends tf.Tensor>(x: T, [weight, bias]: LinearWeights): T {
  const rows: tf.Tensor2D = x.reshape([-1, x.shape.at(-1) as number]);
  const product = tf.fused.matMul({ a: rows, b: weight, transposeB: true, bias });
  return product.reshape([...x.shape.slice(0, -1), weight.shape[0] as number]);
}

/** The same as one op, and one for each gradient, where the engine has our kernel. */
export function linear<T extends tf.Tensor>(x: T, [weight, bias]: LinearWeights): T {
  if (!hasKernel('Dust3rLinear')) return plainLinear(x, [weight, bias]);
  return tf.engine().runKernel('Dust3rLinear', { x, weight, bias }) as T;
}

/** [O, I] and [O] */
export type LinearWeights = readonly [weight: tf.Tensor, bias: tf.Tensor];
