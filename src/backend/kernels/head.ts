import * as tf from '@tensorflow/tfjs';
import { runOpOutputs } from '#backend/native/execute.ts';

/** From a head's raw channels to points and confidence. Plain: model/pixel-shuffle.ts, model/head-output.ts. */
export const headKernels: readonly tf.KernelConfig[] = [
  kernel('Dust3rPixelShuffle', ['packed'], { numbers: ['factor'], outputs: 1 }),
  kernel('Dust3rPixelShuffleGrad', ['dy'], { numbers: ['factor'], outputs: 1 }),
  kernel('Dust3rHeadOutput', ['raw'], { numbers: ['min', 'max'], outputs: 2 }),
  kernel('Dust3rHeadOutputGrad', ['raw', 'dpoints', 'dconfidence'], { numbers: ['min', 'max'], outputs: 1 }),
];

export const headGradients: readonly tf.GradConfig[] = [
  {
    kernelName: 'Dust3rPixelShuffle',
    gradFunc: (dy, _, attrs) => ({
      packed: () => run('Dust3rPixelShuffleGrad', { dy: dy as tf.Tensor }, attrs),
    }),
  },
  {
    kernelName: 'Dust3rHeadOutput',
    inputsToSave: ['raw'],
    gradFunc: (dys, saved, attrs) => {
      const [dpoints, dconfidence] = dys as [tf.Tensor, tf.Tensor];
      return {
        raw: () => run('Dust3rHeadOutputGrad', { raw: saved[0] as tf.Tensor, dpoints, dconfidence }, attrs),
      };
    },
  },
];

function run(kernelName: string, inputs: tf.NamedTensorMap, attrs: tf.NamedAttrMap): tf.Tensor {
  const [result] = tf.engine().runKernel(kernelName, inputs, attrs) as [tf.Tensor];
  return result;
}

/** @param numbers attributes that the op takes as one more tensor */
function kernel(
  kernelName: string,
  names: readonly string[],
  { numbers, outputs }: { readonly numbers: readonly string[]; readonly outputs: number },
): tf.KernelConfig {
  return {
    kernelName,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs }) => {
      const list = names.map((name) => (inputs as tf.NamedTensorInfoMap)[name] as tf.TensorInfo);
      const last = tf.tensor1d(numbers.map((name) => attrs?.[name] as number));
      try {
        return runOpOutputs(kernelName, {}, [...list, last], outputs);
      } finally {
        last.dispose();
      }
    },
  };
}
