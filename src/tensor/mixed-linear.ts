import * as tf from '@tensorflow/tfjs';
import type { LinearWeights } from './linear.ts';

// Mixed precision: weights, sums and all that is not a product stay in float32, and products are computed in bfloat16.

const MIXED = Symbol('the products with this weight are computed in bfloat16');

/** Has the linear layer of this weight [O, I], I even, computed by mixedLinear. */
export function markMixed(weight: tf.Tensor): void {
  Object.defineProperty(weight, MIXED, { value: true });
}

/** Whether markMixed was called on this very tensor. */
export function isMixed(weight: tf.Tensor): boolean {
  return MIXED in weight;
}

/**
 * x Wᵀ + b over the last axis. Of this product and of both of its gradients' the factors and the result are rounded to
 * bfloat16 and the sums are float32; the bias is added, and its gradient summed, in float32. Native engine only.
 */
export function mixedLinear<T extends tf.Tensor>(x: T, [weight, bias]: LinearWeights): T {
  const op = tf.customGrad((...args) => {
    const [x, weight, bias, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const [value, rounded] = tf.engine().runKernel('Dust3rMixedLinear', { x, weight, bias }) as [tf.Tensor, tf.Tensor];
    save([rounded, weight]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [rounded, weight] = saved as [tf.Tensor, tf.Tensor];
      return tf.engine().runKernel('Dust3rMixedLinearGrad', { dy, rounded, weight }) as tf.Tensor[];
    };
    return { value, gradFunc };
  });
  return op(x, weight, bias) as T;
}
