import type * as tf from '@tensorflow/tfjs';
import { runOpOutputs } from '#backend/native/execute.ts';

/**
 * What an optimizer does with all parameters at once; each takes lists of tensors, one list after the other. AdamW and
 * Average have no output: they write over tensors (tensor/overwrite.ts). Plain: src/optim.
 */
export const optimizerKernels: readonly tf.KernelConfig[] = [
  kernel('Dust3rAdamW', 0),
  kernel('Dust3rAverage', 0),
  kernel('Dust3rGlobalNorm', 1),
];

function kernel(kernelName: string, outputs: number): tf.KernelConfig {
  return {
    kernelName,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs }) => {
      const list = Object.values(inputs as tf.NamedTensorInfoMap) as tf.TensorInfo[];
      return runOpOutputs(kernelName, { ints: { N: attrs?.['count'] as number } }, list, outputs);
    },
  };
}
