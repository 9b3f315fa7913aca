import * as tf from '@tensorflow/tfjs';
import { hasKernel } from './kernel.ts';

/** The gradient of y = softmax(x) over the last axis: y·(dy − Σ y·dy); one pass where the engine has our kernel. */
export function softmaxGradient<T extends tf.Tensor>(y: T, dy: T): T {
  if (hasKernel('Dust3rSoftmaxGrad')) return tf.engine().runKernel('Dust3rSoftmaxGrad', { y, dy }) as T;
  const weighted = dy.mul<T>(y);
  return weighted.sub(weighted.sum(-1, true).mul(y));
}
