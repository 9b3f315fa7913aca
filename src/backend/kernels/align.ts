import type * as tf from '@tensorflow/tfjs';
import { runOp, runOpOutputs } from '#backend/native/execute.ts';

type Inputs = Record<'planes' | 'logDepth' | 'camera' | 'placements', tf.TensorInfo>;

/** The pixels of the global alignment, one image at a time. Plain: align/image-pass.ts. */
export const alignKernels: readonly tf.KernelConfig[] = [
  {
    kernelName: 'Dust3rAlignPass',
    backendName: 'tensorflow',
    kernelFunc: ({ inputs }) => runOpOutputs('Dust3rAlignPass', {}, listInputs(inputs as Inputs), 2),
  },
  {
    kernelName: 'Dust3rAlignSolve',
    backendName: 'tensorflow',
    kernelFunc: ({ inputs }) => runOp('Dust3rAlignSolve', {}, listInputs(inputs as Inputs)),
  },
];

function listInputs({ planes, logDepth, camera, placements }: Inputs): tf.TensorInfo[] {
  return [planes, logDepth, camera, placements];
}
