import * as tf from '@tensorflow/tfjs';

/** One tensor of an optimizer's state, as a checkpoint stores it. Its values are read when they are asked for. */
export interface StateTensor {
  readonly shape: readonly number[];
  data(): Promise<Float32Array>;
}

/** A state as plain named tensors. What is exported reads as it is now only until the next step. */
export type State = ReadonlyMap<string, StateTensor>;

export function stateTensor(tensor: tf.Tensor): StateTensor {
  return { shape: tensor.shape, data: () => tensor.data<'float32'>() };
}

export function stateNumber(value: number): StateTensor {
  return { shape: [1], data: async () => Float32Array.of(value) };
}

/** Reads a tensor of a saved state for `owner`. @throws RangeError if it is missing or has another shape */
export async function readState(
  owner: string,
  state: State,
  name: string,
  shape: readonly number[],
): Promise<Float32Array> {
  const saved = state.get(name);
  if (!saved) throw new RangeError(`${owner}: expected a saved tensor "${name}", found none; it is of another model`);
  if (saved.shape.join() !== shape.join())
    throw new RangeError(
      `${owner}: expected "${name}" of shape [${shape.join(', ')}], got [${saved.shape.join(', ')}]; it is of another model`,
    );
  return saved.data();
}

/** The same as a tensor, which no tidy disposes. */
export async function readStateTensor(
  owner: string,
  state: State,
  name: string,
  shape: readonly number[],
): Promise<tf.Tensor> {
  return tf.keep(tf.tensor(await readState(owner, state, name, shape), [...shape]));
}

/** @throws RangeError naming a tensor of the saved state that is not among the expected ones */
export function expectNoOther(owner: string, state: State, expected: ReadonlySet<string>): void {
  for (const name of state.keys()) {
    if (!expected.has(name))
      throw new RangeError(`${owner}: the saved tensor "${name}" belongs to no variable; it is of another model`);
  }
}
