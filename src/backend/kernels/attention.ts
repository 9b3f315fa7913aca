import * as tf from '@tensorflow/tfjs';
import { runOp, runOpOutputs } from '#backend/native/execute.ts';

const selfInputs = ['qkv', 'cos', 'sin'] as const;
const crossInputs = ['q', 'k', 'v', 'cosQ', 'sinQ', 'cosK', 'sinK'] as const;

/** Attention with rotary embedding on tokens whose heads lie side by side, and its gradient. Plain: model/attention.ts. */
export const attentionKernels: readonly tf.KernelConfig[] = [
  {
    kernelName: 'Dust3rSelfAttention',
    backendName: 'tensorflow',
    kernelFunc: ({ inputs }) => runOp('Dust3rSelfAttention', {}, pick(inputs, selfInputs)),
  },
  {
    kernelName: 'Dust3rSelfAttentionGrad',
    backendName: 'tensorflow',
    kernelFunc: ({ inputs }) => runOp('Dust3rSelfAttentionGrad', {}, pick(inputs, [...selfInputs, 'dy'])),
  },
  {
    kernelName: 'Dust3rCrossAttention',
    backendName: 'tensorflow',
    kernelFunc: ({ inputs }) => runOp('Dust3rCrossAttention', {}, pick(inputs, crossInputs)),
  },
  {
    kernelName: 'Dust3rCrossAttentionGrad',
    backendName: 'tensorflow',
    kernelFunc: ({ inputs }) => runOpOutputs('Dust3rCrossAttentionGrad', {}, pick(inputs, [...crossInputs, 'dy']), 3),
  },
];

export const attentionGradients: readonly tf.GradConfig[] = [
  {
    kernelName: 'Dust3rSelfAttention',
    inputsToSave: [...selfInputs],
    gradFunc: (dy, saved) => {
      const inputs = { ...named(selfInputs, saved), dy: dy as tf.Tensor };
      return { qkv: () => tf.engine().runKernel('Dust3rSelfAttentionGrad', inputs) as tf.Tensor };
    },
  },
  {
    kernelName: 'Dust3rCrossAttention',
    inputsToSave: [...crossInputs],
    gradFunc: (dy, saved) => {
      const inputs = { ...named(crossInputs, saved), dy: dy as tf.Tensor };
      const [dq, dk, dv] = tf.engine().runKernel('Dust3rCrossAttentionGrad', inputs) as tf.Tensor[];
      return { q: () => dq as tf.Tensor, k: () => dk as tf.Tensor, v: () => dv as tf.Tensor };
    },
  },
];

function pick(inputs: tf.NamedTensorInfoMap, names: readonly string[]): tf.TensorInfo[] {
  return names.map((name) => inputs[name] as tf.TensorInfo);
}

function named(names: readonly string[], tensors: readonly tf.Tensor[]): tf.NamedTensorMap {
  return Object.fromEntries(names.map((name, i) => [name, tensors[i] as tf.Tensor]));
}
