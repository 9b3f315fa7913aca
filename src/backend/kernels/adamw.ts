import type * as tf from '@tensorflow/tfjs';
import { runOpOutputs } from '#backend/native/execute.ts';

type Inputs = Record<'parameter' | 'gradient' | 'mean' | 'square' | 'step', tf.TensorInfo>;

/** One step of AdamW on one parameter, in one pass. Plain: optim/adamw.ts. It has no gradient. */
export const adamWKernel: tf.KernelConfig = {
  kernelName: 'Dust3rAdamW',
  backendName: 'tensorflow',
  kernelFunc: ({ inputs }) => {
    const { parameter, gradient, mean, square, step } = inputs as Inputs;
    return runOpOutputs('Dust3rAdamW', {}, [parameter, gradient, mean, square, step], 3);
  },
};
