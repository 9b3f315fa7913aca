import * as tf from '@tensorflow/tfjs';
import { hasKernel } from './kernel.ts';

/** The exact GELU, x·Φ(x), through erf (spec pitfall 2), written down plainly: the reference for gelu(). */
export function plainGelu<T extends tf.Tensor>(x: T): T {
  return x.mul(normalCdf(x));
}

/** The same in one pass where the engine has our kernel; elsewhere nothing but x is kept for its gradient. */
export function gelu<T extends tf.Tensor>(x: T): T {
  return (hasKernel('Dust3rGelu') ? tf.engine().runKernel('Dust3rGelu', { x }) : frugalGelu(x)) as T;
}

export const frugalGelu = tf.customGrad((...args) => {
  const [x, save] = args as [tf.Tensor, tf.GradSaveFunc];
  save([x]);
  const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
    const [x] = saved as [tf.Tensor];
    const density = x
      .square()
      .mul(-0.5)
      .exp()
      .mul(1 / Math.sqrt(2 * Math.PI));
    return dy.mul(normalCdf(x).add(x.mul(density)));
  };
  return { value: plainGelu(x), gradFunc };
});

/** Φ(x) = ½ + ½ erf(x/√2) */
function normalCdf(x: tf.Tensor): tf.Tensor {
  return x.mul(Math.SQRT1_2).erf().mul(0.5).add(0.5);
}
