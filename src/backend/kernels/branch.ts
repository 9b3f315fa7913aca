import type * as tf from '@tensorflow/tfjs';
import { runOpOutputs } from '#backend/native/execute.ts';

const layers = (count: number) => Array.from({ length: count }, (_, i) => [`weight${i + 1}`, `bias${i + 1}`]).flat();

/** What each branch is given, in the order of its op; the first `gradients` of these have one. */
const branches = {
  SelfBranch: { inputs: ['x', 'scale', 'offset', ...layers(2), 'cos', 'sin'], gradients: 7 },
  CrossBranch: {
    inputs: ['x', 'memory', 'scale', 'offset', ...layers(4), 'cosQ', 'sinQ', 'cosK', 'sinK'],
    gradients: 12,
  },
  MlpBranch: { inputs: ['x', 'scale', 'offset', ...layers(2)], gradients: 7 },
} as const;

/**
 * The residual branches of a transformer block, one op each and one for the gradients: x + f(LayerNorm(x)) with all
 * products in float32, or (Mixed) in bfloat16 with float32 sums. Plain: model/branches.ts.
 */
export const branchKernels: readonly tf.KernelConfig[] = Object.entries(branches).flatMap(
  ([name, { inputs, gradients }]) =>
    [`Dust3r${name}`, `Dust3rMixed${name}`].flatMap((op) => [
      kernel(op, inputs, 2),
      kernel(`${op}Grad`, [...inputs, 'kept', 'dy'], gradients),
    ]),
);

function kernel(kernelName: string, names: readonly string[], outputs: number): tf.KernelConfig {
  return {
    kernelName,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs }) => {
      const epsilon = attrs?.['epsilon'] as number | undefined;
      const list = names.map((name) => (inputs as tf.NamedTensorInfoMap)[name] as tf.TensorInfo);
      return runOpOutputs(kernelName, epsilon === undefined ? {} : { floats: { epsilon } }, list, outputs);
    },
  };
}
