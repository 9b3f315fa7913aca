import * as tf from '@tensorflow/tfjs';
import { gelu } from './gelu.ts';
import { hasKernel } from './kernel.ts';
import { type LinearWeights, linear } from './linear.ts';

/** Two fully connected layers with GELU between: the reference for mlp(). */
export function plainMlp<T extends tf.Tensor>(x: T, [first, second]: MlpWeights): T {
  return linear(gelu(linear(x, first)), second);
}

/** The same as one op where the engine has our kernel; then one tensor between is kept for the gradient, not two. */
export function mlp<T extends tf.Tensor>(x: T, layers: MlpWeights): T {
  return hasKernel('Dust3rMlp') ? runMlp('Dust3rMlp', x, layers) : plainMlp(x, layers);
}

/** The same with products as in mixedLinear, and in bfloat16 all the way between. Native engine only. */
export function mixedMlp<T extends tf.Tensor>(x: T, layers: MlpWeights): T {
  return runMlp('Dust3rMixedMlp', x, layers);
}

export type MlpWeights = readonly [first: LinearWeights, second: LinearWeights];

type Kernel = 'Dust3rMlp' | 'Dust3rMixedMlp';

/** A custom gradient, and not the kernel's own, since what the kernel keeps for it would otherwise be a result. */
function runMlp<T extends tf.Tensor>(kernel: Kernel, x: T, [first, second]: MlpWeights): T {
  const op = tf.customGrad((...args) => {
    const [x, weight1, bias1, weight2, bias2, save] = args as [...Five, tf.GradSaveFunc];
    const inputs = { x, weight1, bias1, weight2, bias2 };
    const [value, hidden, rounded = x] = tf.engine().runKernel(kernel, inputs) as [tf.Tensor, tf.Tensor, tf.Tensor?];
    save([weight1, bias1, weight2, rounded, hidden]);
    return { value, gradFunc: (dy, saved) => gradients(kernel, dy, saved as Five) };
  });
  return op(x, ...first, ...second) as T;
}

type Five = [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];

function gradients(kernel: Kernel, dy: tf.Tensor, [weight1, bias1, weight2, x, hidden]: Five): tf.Tensor[] {
  return tf.engine().runKernel(`${kernel}Grad`, { dy, x, hidden, weight1, bias1, weight2 }) as tf.Tensor[];
}
