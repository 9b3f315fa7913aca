import * as tf from '@tensorflow/tfjs';

/**
 * Moves a tensor's values into the engine's memory now. The native engine would otherwise keep the JavaScript array
 * until the first operation, which doubles the memory of a model that has been loaded but not run.
 */
export function uploadNow(tensor: tf.Tensor): void {
  const backend = tf.backend() as { getInputTensorIds?: (tensors: tf.Tensor[]) => number[] };
  backend.getInputTensorIds?.([tensor]);
}
