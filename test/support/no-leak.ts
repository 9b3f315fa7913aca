import { expect } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';

/** The call leaves no tensors behind but those that it returns and made itself; these are disposed. */
export function expectNoLeak(run: () => unknown): void {
  const marker = tf.scalar(0);
  const before = tf.memory().numTensors;
  const made = tensorsIn(run()).filter(({ id }) => id > marker.id);
  expect(tf.memory().numTensors - before).toBe(new Set(made).size);
  tf.dispose(made);
  expect(tf.memory().numTensors).toBe(before);
  marker.dispose();
}

function tensorsIn(output: unknown): tf.Tensor[] {
  if (output instanceof tf.Tensor) return [output];
  if (typeof output !== 'object' || output === null || ArrayBuffer.isView(output)) return [];
  return Object.values(output).flatMap(tensorsIn);
}
