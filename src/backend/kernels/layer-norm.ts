import * as tf from '@tensorflow/tfjs';
import { runOpOutputs } from '#backend/native/execute.ts';

type Inputs = Record<'x' | 'scale' | 'offset' | 'moments' | 'dy', tf.TensorInfo>;

/** Normalisation over the last axis and its gradient, one pass each. Plain: tensor/layer-norm.ts. */
export const layerNormKernels: readonly tf.KernelConfig[] = [
  {
    kernelName: 'Dust3rLayerNorm',
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs }) => {
      const { x, scale, offset } = inputs as Inputs;
      return runOpOutputs(
        'Dust3rLayerNorm',
        { floats: { epsilon: attrs?.['epsilon'] as number } },
        [x, scale, offset],
        2,
      );
    },
  },
  {
    kernelName: 'Dust3rLayerNormGrad',
    backendName: 'tensorflow',
    kernelFunc: ({ inputs }) => {
      const { x, scale, moments, dy } = inputs as Inputs;
      return runOpOutputs('Dust3rLayerNormGrad', {}, [x, scale, moments, dy], 3);
    },
  },
];

export const layerNormGradient: tf.GradConfig = {
  kernelName: 'Dust3rLayerNorm',
  inputsToSave: ['x', 'scale'],
  outputsToSave: [false, true],
  gradFunc: (dys, saved) => {
    const [x, scale, moments] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
    const [dy] = dys as tf.Tensor[];
    const inputs = { x, scale, moments, dy: dy as tf.Tensor };
    const [dx, dscale, doffset] = tf.engine().runKernel('Dust3rLayerNormGrad', inputs) as tf.Tensor[];
    return { x: () => dx as tf.Tensor, scale: () => dscale as tf.Tensor, offset: () => doffset as tf.Tensor };
  },
};
