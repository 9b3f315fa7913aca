import type * as tf from '@tensorflow/tfjs';
import { runChain } from '#backend/native/chain.ts';

/**
 * Products in bfloat16 with float32 on both sides. A packed weight is an int32 tensor [O, I/2], two numbers in each:
 * tfjs knows no bfloat16, and so its memory is managed like any other tensor's. Plain: tensor/packed-weight.ts.
 */
export const bfloat16Kernels: readonly tf.KernelConfig[] = [
  {
    kernelName: 'Dust3rPackBfloat16',
    backendName: 'tensorflow',
    kernelFunc: ({ inputs: { x } }) => pack(x as tf.TensorInfo),
  },
  {
    kernelName: 'Dust3rLinearBfloat16',
    backendName: 'tensorflow',
    kernelFunc: ({ inputs: { x, weight, bias } }) =>
      linear(x as tf.TensorInfo, weight as tf.TensorInfo, bias as tf.TensorInfo),
  },
];

function pack(x: tf.TensorInfo): tf.Tensor {
  const [output, input] = x.shape as [number, number];
  const [packed] = runChain([x], (chain, [values]) => {
    const rounded = chain.cast(values as number, 'float32', 'bfloat16');
    return [chain.bitcast(chain.reshape(rounded, [output, input / 2, 2], 'bfloat16'), 'bfloat16', 'int32')];
  });
  return packed as tf.Tensor;
}

function linear(x: tf.TensorInfo, weight: tf.TensorInfo, bias: tf.TensorInfo): tf.Tensor {
  const [output, halfInput] = weight.shape as [number, number];
  const [y] = runChain([x, weight, bias], (chain, ids) => {
    const [values, packed, offset] = ids as [number, number, number];
    const pairs = chain.bitcast(packed, 'int32', 'bfloat16');
    const unpacked = chain.reshape(pairs, [output, 2 * halfInput], 'bfloat16');
    const rounded = chain.run('Dust3rToBfloat16', {}, [values]);
    const product = chain.product([rounded, unpacked], 'bfloat16', 'b');
    return [chain.run('Dust3rAddBiasBfloat16', {}, [product, offset, values])];
  });
  return y as tf.Tensor;
}
