import * as tf from '@tensorflow/tfjs';
import { runOp } from '#backend/native/execute.ts';

/** Exact GELU and its gradient, one pass each. Plain: tensor/gelu.ts. */
export const geluKernels: readonly tf.KernelConfig[] = [
  {
    kernelName: 'Dust3rGelu',
    backendName: 'tensorflow',
    kernelFunc: ({ inputs }) => runOp('Dust3rGelu', {}, [inputs['x'] as tf.TensorInfo]),
  },
  {
    kernelName: 'Dust3rGeluGrad',
    backendName: 'tensorflow',
    kernelFunc: ({ inputs: { x, dy } }) => runOp('Dust3rGeluGrad', {}, [x as tf.TensorInfo, dy as tf.TensorInfo]),
  },
];

export const geluGradient: tf.GradConfig = {
  kernelName: 'Dust3rGelu',
  inputsToSave: ['x'],
  gradFunc: (dy, [x]) => ({
    x: () => tf.engine().runKernel('Dust3rGeluGrad', { x: x as tf.Tensor, dy: dy as tf.Tensor }) as tf.Tensor,
  }),
};
