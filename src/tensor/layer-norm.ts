import * as tf from '@tensorflow/tfjs';

/** Normalises the last axis to mean 0 and (biased) variance 1, then scales and shifts: the reference for layerNorm(). */
export function plainLayerNorm<T extends tf.Tensor>(x: T, [weight, bias]: Affine, epsilon: number): T {
  const centred = x.sub(x.mean(-1, true));
  const variance = centred.square().mean(-1, true);
  return centred.mul(variance.add(epsilon).rsqrt()).mul(weight).add(bias);
}

/** The same, keeping for its gradient x and two numbers a row, and freeing what lies between. */
export function layerNorm<T extends tf.Tensor>(x: T, [weight, bias]: Affine, epsilon: number): T {
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
