import type * as tf from '@tensorflow/tfjs';
import { runOp } from '#backend/native/execute.ts';
import { softmaxGradient as softmaxBackward } from '#tensor/softmax.ts';

/** Takes the place of the stock softmax, so tf.softmax is fast by itself; and its gradient. One pass each. */
export const softmaxKernels: readonly tf.KernelConfig[] = [
  {
    kernelName: 'Softmax',
    backendName: 'tensorflow',
    kernelFunc: ({ inputs }) => runOp('Dust3rSoftmax', {}, [inputs['logits'] as tf.TensorInfo]),
  },
  {
    kernelName: 'Dust3rSoftmaxGrad',
    backendName: 'tensorflow',
    kernelFunc: ({ inputs: { y, dy } }) => runOp('Dust3rSoftmaxGrad', {}, [y as tf.TensorInfo, dy as tf.TensorInfo]),
  },
];

/** On an engine without our kernel this is tfjs's own gradient. */
export const softmaxGradient: tf.GradConfig = {
  kernelName: 'Softmax',
  outputsToSave: [true],
  gradFunc: (dy, [y]) => ({ logits: () => softmaxBackward(y as tf.Tensor, dy as tf.Tensor) }),
};
