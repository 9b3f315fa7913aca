import type * as tf from '@tensorflow/tfjs';
import { runChain } from '#backend/native/chain.ts';
import { productsOf } from '#backend/native/products.ts';

type Inputs = Record<'x' | 'weight' | 'bias' | 'dy' | 'rounded', tf.TensorInfo>;

/**
 * A fully connected layer whose three products are computed in bfloat16; all else, and what goes in and comes out, is
 * float32. Of the input, its rounded form is kept for the gradient. Plain: test/tensor/mixed-linear.test.ts.
 */
export const mixedLinearKernels: readonly tf.KernelConfig[] = [
  {
    kernelName: 'Dust3rMixedLinear',
    backendName: 'tensorflow',
    kernelFunc: ({ inputs }) => {
      const { x, weight, bias } = inputs as Inputs;
      return runChain([x, weight, bias], (chain, ids) => {
        const [tokens, matrix, offset] = ids as [number, number, number];
        const products = productsOf('bfloat16', chain);
        const rounded = products.rows(tokens, x);
        const product = products.multiply([rounded, products.weight(matrix)], 'b');
        return [products.addBias(product, offset, tokens), products.keep(rounded, weight.shape[1] as number)];
      });
    },
  },
  {
    kernelName: 'Dust3rMixedLinearGrad',
    backendName: 'tensorflow',
    kernelFunc: ({ inputs }) => {
      const { dy, rounded, weight } = inputs as Inputs;
      const width = weight.shape[1] as number;
      return runChain([dy, rounded, weight], (chain, ids) => {
        const [gradient, packed, matrix] = ids as [number, number, number];
        const products = productsOf('bfloat16', chain);
        const [rows, sum] = products.rowsAndSum(gradient, dy);
        const dx = products.multiply([rows, products.weight(matrix)]);
        const dWeight = products.multiply([rows, products.kept(packed, width)], 'a');
        return [products.tokens(dx, gradient, { shape: dy.shape, width }), products.matrix(dWeight), sum];
      });
    },
  },
];
