import type * as tf from '@tensorflow/tfjs';
import { runChain } from '#backend/native/chain.ts';
import { type ProductType, productsOf } from '#backend/native/products.ts';

const forwardInputs = ['x', 'weight1', 'bias1', 'weight2', 'bias2'] as const;
const backwardInputs = ['dy', 'x', 'hidden', 'weight1', 'bias1', 'weight2'] as const;
type Inputs = Record<(typeof forwardInputs)[number] | (typeof backwardInputs)[number], tf.TensorInfo>;
type Ids = [number, number, number, number, number, number];

/**
 * Two fully connected layers with GELU between as one op, with all products in one type. Of what lies between, only the
 * first product is kept for the gradient. Plain: tensor/mlp.ts.
 */
export const mlpKernels: readonly tf.KernelConfig[] = [
  { kernelName: 'Dust3rMlp', backendName: 'tensorflow', kernelFunc: forward('float32') },
  { kernelName: 'Dust3rMlpGrad', backendName: 'tensorflow', kernelFunc: backward('float32') },
  { kernelName: 'Dust3rMixedMlp', backendName: 'tensorflow', kernelFunc: forward('bfloat16') },
  { kernelName: 'Dust3rMixedMlpGrad', backendName: 'tensorflow', kernelFunc: backward('bfloat16') },
];

/** → y, hidden [R, H]; in bfloat16 also x as it was rounded. */
function forward(type: ProductType): tf.KernelFunc {
  return ({ inputs }) => {
    const infos = inputs as Inputs;
    const list = forwardInputs.map((name) => infos[name]);
    const [hiddenWidth, width] = infos.weight1.shape as [number, number];
    return runChain(list, (chain, ids) => {
      const [x, weight1, bias1, weight2, bias2] = ids as Ids;
      const products = productsOf(type, chain);
      const rows = products.rows(x, infos.x);
      const hidden = products.multiply([rows, products.weight(weight1)], 'b');
      const active = products.biasGelu(hidden, bias1);
      const product = products.multiply([active, products.weight(weight2)], 'b');
      const y = products.addBias(product, bias2, x);
      const kept = products.keep(hidden, hiddenWidth);
      return type === 'float32' ? [y, kept] : [y, kept, products.keep(rows, width)];
    });
  };
}

function backward(type: ProductType): tf.KernelFunc {
  return ({ inputs }) => {
    const infos = inputs as Inputs;
    const list = backwardInputs.map((name) => infos[name]);
    const [hiddenWidth, width] = infos.weight1.shape as [number, number];
    return runChain(list, (chain, ids) => {
      const [dy, x, hidden, weight1, bias1, weight2] = ids as Ids;
      const products = productsOf(type, chain);
      const rows = type === 'float32' ? products.rows(x, infos.x) : products.kept(x, width);
      const [gradient, dBias2] = products.rowsAndSum(dy, infos.dy);
      const dActive = products.multiply([gradient, products.weight(weight2)]);
      const [active, dHidden, dBias1] = products.biasGeluGradient(products.kept(hidden, hiddenWidth), bias1, dActive);
      const dWeight2 = products.matrix(products.multiply([gradient, active], 'a'));
      const dx = products.multiply([dHidden, products.weight(weight1)]);
      const dWeight1 = products.matrix(products.multiply([dHidden, rows], 'a'));
      return [products.tokens(dx, dy, { shape: infos.dy.shape, width }), dWeight1, dBias1, dWeight2, dBias2];
    });
  };
}
