import * as tf from '@tensorflow/tfjs';
import { hasKernel } from './kernel.ts';
import type { LinearWeights } from './linear.ts';

/** Whether the current engine multiplies in bfloat16. */
export function hasBfloat16(): boolean {
  return hasKernel('Dust3rLinearBfloat16');
}

/**
 * A matrix [O, I] rounded to bfloat16, which takes half the memory: an int32 tensor [O, I/2] that only packedLinear
 * understands. I must be even. Has no gradient.
 */
export function packBfloat16(weight: tf.Tensor2D): tf.Tensor2D {
  return tf.engine().runKernel('Dust3rPackBfloat16', { x: weight }) as tf.Tensor2D;
}

/** Whether a weight is a result of packBfloat16. */
export function isPacked(weight: tf.Tensor): boolean {
  return weight.dtype === 'int32';
}

/**
 * x Wᵀ + b over the last axis, for a packed weight: both factors and the product are rounded to bfloat16, sums are
 * float32. Has no gradient.
 */
export function packedLinear<T extends tf.Tensor>(x: T, [weight, bias]: LinearWeights): T {
  return tf.engine().runKernel('Dust3rLinearBfloat16', { x, weight, bias }) as T;
}
