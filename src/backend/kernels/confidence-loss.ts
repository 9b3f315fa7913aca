import type * as tf from '@tensorflow/tfjs';
import { runOpOutputs } from '#backend/native/execute.ts';

const inputNames = [
  ...['points1', 'points2', 'confidence1', 'confidence2'],
  ...['truth1', 'truth2', 'valid1', 'valid2', 'numbers'],
];

/** Training's loss and its gradient by points and confidences. Plain: train/losses/make-criterion.ts. */
export const confidenceLossKernels: readonly tf.KernelConfig[] = [
  kernel('Dust3rConfidenceLoss', inputNames, 2),
  kernel('Dust3rConfidenceLossGrad', [...inputNames, 'kept', 'dy'], 4),
];

function kernel(kernelName: string, names: readonly string[], outputs: number): tf.KernelConfig {
  return {
    kernelName,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs }) => {
      const list = names.map((name) => (inputs as tf.NamedTensorInfoMap)[name] as tf.TensorInfo);
      return runOpOutputs(kernelName, {}, list, outputs);
    },
  };
}
