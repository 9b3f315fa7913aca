import * as tf from '@tensorflow/tfjs';

// Values of tensors never change: clones share them, and a tensor that was made of an array may share that. A kernel may
// still write over values that were computed here for one holder alone. A reshape on the native engine shares values
// uncounted: keep none of what is overwritten.

const computedHere = new WeakSet<object>();

/** Whether these values may be overwritten: they are of a copy made here, and no clone shares them. */
export function isHeldAlone(tensor: tf.Tensor): boolean {
  return computedHere.has(tensor.dataId) && (tf.backend() as tf.KernelBackend).refCount(tensor.dataId) === 1;
}

/** The tensor itself where its values may be overwritten, or else a kept copy in its place: the tensor is then disposed. */
export function holdAlone(tensor: tf.Tensor): tf.Tensor {
  if (isHeldAlone(tensor)) return tensor;
  const copy = tf.keep(copyOf(tensor));
  tensor.dispose();
  return copy;
}

/** The same for a variable, which gets values of its own. */
export function holdVariableAlone(variable: tf.Variable): void {
  if (isHeldAlone(variable)) return;
  const copy = copyOf(variable);
  variable.assign(copy);
  copy.dispose();
}

/** Runs a kernel on lists of tensors of one length, one list after the other, and `last`. */
export function runOnLists(
  kernel: string,
  lists: readonly (readonly tf.Tensor[])[],
  last: readonly tf.Tensor[] = [],
): tf.Tensor[] {
  const inputs = [...lists.flat(), ...last] as unknown as tf.NamedTensorMap;
  return tf.engine().runKernel(kernel, inputs, { count: lists[0]?.length ?? 0 }) as tf.Tensor[];
}

function copyOf(tensor: tf.Tensor): tf.Tensor {
  const copy = tf.mul(tensor, 1);
  computedHere.add(copy.dataId);
  return copy;
}
