import * as tf from '@tensorflow/tfjs';

/** Whether the current engine has a kernel of this name; ours (backend/kernels.ts) are on the native engine only. */
export function hasKernel(name: string): boolean {
  return tf.getKernel(name, tf.getBackend()) !== undefined;
}
