import * as tf from '@tensorflow/tfjs';
import { runChain } from '#backend/native/chain.ts';
import { runOp } from '#backend/native/execute.ts';
import { type Products, productsOf } from '#backend/native/products.ts';

type Inputs = Record<'x' | 'weight' | 'bias' | 'dy', tf.TensorInfo>;

/** A fully connected layer on tokens of any rank, and the gradients by its input and weights. Plain: tensor/linear.ts. */
export const linearKernels: readonly tf.KernelConfig[] = [
  kernel('Dust3rLinear', ({ x, weight, bias }) =>
    compute([x, weight, bias], (products, [tokens, matrix, offset]) => {
      const product = products.multiply([products.rows(tokens, x), matrix], 'b');
      return products.addBias(product, offset, tokens);
    }),
  ),
  kernel('Dust3rLinearGradInput', ({ dy, weight }) =>
    compute([dy, weight], (products, [gradient, matrix]) => {
      const dx = products.multiply([products.rows(gradient, dy), matrix]);
      return products.tokens(dx, gradient, { shape: dy.shape, width: weight.shape[1] as number });
    }),
  ),
  kernel('Dust3rLinearGradWeight', ({ dy, x }) =>
    compute([dy, x], (products, [gradient, tokens]) =>
      products.multiply([products.rows(gradient, dy), products.rows(tokens, x)], 'a'),
    ),
  ),
  kernel('Dust3rSumRows', ({ x }) => runOp('Dust3rSumRows', {}, [x])),
];

export const linearGradient: tf.GradConfig = {
  kernelName: 'Dust3rLinear',
  inputsToSave: ['x', 'weight'],
  gradFunc: (gradient, saved) => {
    const [x, weight] = saved as [tf.Tensor, tf.Tensor];
    const dy = gradient as tf.Tensor;
    const run = (kernel: string, inputs: tf.NamedTensorMap) => tf.engine().runKernel(kernel, inputs) as tf.Tensor;
    return {
      x: () => run('Dust3rLinearGradInput', { dy, weight }),
      weight: () => run('Dust3rLinearGradWeight', { dy, x }),
      bias: () => run('Dust3rSumRows', { x: dy }),
    };
  },
};

function kernel(kernelName: string, run: (inputs: Inputs) => tf.Tensor): tf.KernelConfig {
  return { kernelName, backendName: 'tensorflow', kernelFunc: ({ inputs }) => run(inputs as Inputs) };
}

function compute(
  inputs: readonly tf.TensorInfo[],
  chain: (products: Products, ids: [number, number, number]) => number,
): tf.Tensor {
  const [result] = runChain(inputs, (ops, ids) => [chain(productsOf('float32', ops), ids as [number, number, number])]);
  return result as tf.Tensor;
}
