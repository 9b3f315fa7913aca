import * as tf from '@tensorflow/tfjs';
import { hasKernel } from './kernel.ts';

/** Normalises the last axis to mean 0 and (biased) variance 1, then scales and shifts: the reference for layerNorm(). */
export function plainLayerNorm<T extends tf.Tensor>(x: T, [weight, bias]: Affine, epsilon: number): T {
  const centred = x.sub(x.mean(-1, true));
  const variance = centred.square().mean(-1, true);
  return centred.mul(variance.add(epsilon).rsqrt()).mul(weight).add(bias);
}

/** The same in one pass where the engine has our kernel; elsewhere x and two numbers a row are kept for the gradient. */
export function layerNorm<T extends tf.Tensor>(x: T, affine: Affine, epsilon: number): T {
  return hasKernel('Dust3rLayerNorm') ? fastLayerNorm(x, affine, epsilon) : frugalLayerNorm(x, affine, epsilon);
}

function fastLayerNorm<T extends tf.Tensor>(x: T, [scale, offset]: Affine, epsilon: number): T {
  const [y] = tf.engine().runKernel('Dust3rLayerNorm', { x, scale, offset }, { epsilon }) as tf.Tensor[];
  return y as T;
}

/** The plain form as one step with a gradient of its own, so that what lies between is freed. */
export function frugalLayerNorm<T extends tf.Tensor>(x: T, [weight, bias]: Affine, epsilon: number): T {
  const frugal = tf.customGrad((...args) => {
    const [x, weight, bias, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const mean = x.mean(-1, true);
    const centred = x.sub(mean);
    const inverseStd = centred.square().mean(-1, true).add(epsilon).rsqrt();
    save([x, mean, inverseStd, weight]);
    return { value: centred.mul(inverseStd).mul(weight).add(bias), gradFunc: layerNormGradient };
  });
  return frugal(x, weight, bias) as T;
}

type Affine = readonly [weight: tf.Tensor, bias: tf.Tensor];

function layerNormGradient(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] {
  const [x, mean, inverseStd, weight] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const normed = x.sub(mean).mul(inverseStd);
  const rows = Array.from({ length: x.rank - 1 }, (_, axis) => axis);
  const scaled = dy.mul(weight);
  const along = normed.mul(scaled.mul(normed).mean(-1, true));
  const dx = scaled.sub(scaled.mean(-1, true)).sub(along).mul(inverseStd);
  return [dx, dy.mul(normed).sum(rows), dy.sum(rows)];
}
