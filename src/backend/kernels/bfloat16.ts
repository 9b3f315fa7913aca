import * as tf from '@tensorflow/tfjs';
import { type RawOp, runChain } from '#backend/native/execute.ts';

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
  return withShape([output, input / 2, 2], (shape) =>
    runChain([x, shape], (run, [values, pairs]) => {
      const rounded = cast(run, values as number, ['float32', 'bfloat16']);
      const paired = run('Reshape', reshapeTypes, [rounded, pairs as number]).id;
      return run('Bitcast', { types: { T: 'bfloat16', type: 'int32' } }, [paired]);
    }),
  );
}

function linear(x: tf.TensorInfo, weight: tf.TensorInfo, bias: tf.TensorInfo): tf.Tensor {
  const [output, halfInput] = weight.shape as [number, number];
  return withShape([output, 2 * halfInput], (shape) =>
    runChain([x, weight, bias, shape], (run, ids) => {
      const [values, packed, offset, matrix] = ids as [number, number, number, number];
      const pairs = run('Bitcast', { types: { T: 'int32', type: 'bfloat16' } }, [packed]).id;
      const unpacked = run('Reshape', reshapeTypes, [pairs, matrix]).id;
      const rounded = cast(run, values, ['float32', 'bfloat16']);
      const flags = { transpose_a: false, transpose_b: true };
      const product = run('MatMul', { types: { T: 'bfloat16' }, bools: flags }, [rounded, unpacked]).id;
      const wide = cast(run, product, ['bfloat16', 'float32']);
      return run('AddV2', { types: { T: 'float32' } }, [wide, offset]);
    }),
  );
}

type NumberType = 'float32' | 'bfloat16';

const reshapeTypes = { types: { T: 'bfloat16', Tshape: 'int32' } } as const;

function cast(run: RawOp, id: number, [from, to]: readonly [NumberType, NumberType]): number {
  return run('Cast', { types: { SrcT: from, DstT: to } }, [id]).id;
}

function withShape(shape: readonly number[], run: (shape: tf.Tensor1D) => tf.Tensor): tf.Tensor {
  const tensor = tf.tensor1d([...shape], 'int32');
  try {
    return run(tensor);
  } finally {
    tensor.dispose();
  }
}
