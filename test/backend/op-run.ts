import * as tf from '@tensorflow/tfjs';
import type { OpCase } from './op-case.ts';

export interface OpResult {
  readonly value: Float32Array;
  /** One for each input; empty for an op without a gradient. */
  readonly gradients: readonly Float32Array[];
}

/** The case's value and, with fixed random weights on its outputs, its gradients, on the current engine. */
export async function runCase(item: OpCase): Promise<OpResult> {
  const inputs = inputData(item).map((data, i) => tf.tensor(data, [...(item.shapes[i] as number[])]));
  const value = tf.tidy(() => item.run(...inputs));
  const gradients = item.valueOnly ? [] : tf.grads((...xs) => weightedSum(item.run(...xs)))(inputs);
  const result = {
    value: Float32Array.from(await value.data()),
    gradients: await Promise.all(gradients.map(async (each) => Float32Array.from(await each.data()))),
  };
  tf.dispose([inputs, value, gradients]);
  return result;
}

/** Some entries of a case's gradients. */
export interface Samples {
  readonly indices: readonly number[];
  readonly values: Float32Array;
}

/** The gradients by central differences of the op's values, in steps that float32 can bear: a few of each input's. */
export async function differences(item: OpCase): Promise<Samples[]> {
  const step = 2e-2 * Math.max(...(item.range ?? [-1, 1]));
  const data = inputData(item);
  const at = async (input: number, index: number, by: number): Promise<number> => {
    const moved = data.map((values, i) => values.map((v, j) => (i === input && j === index ? v + by : v)));
    const sum = tf.tidy(() =>
      weightedSum(item.run(...moved.map((values, i) => tf.tensor(values, [...(item.shapes[i] as number[])])))),
    );
    return (await sum.data())[0] as number;
  };
  const samples: Samples[] = [];
  for (const [i, values] of data.entries()) {
    const every = Math.ceil(values.length / 12);
    const indices = Array.from({ length: Math.floor(values.length / every) }, (_, n) => n * every);
    const slopes: number[] = [];
    for (const j of indices) slopes.push(((await at(i, j, step)) - (await at(i, j, -step))) / (2 * step));
    samples.push({ indices, values: Float32Array.from(slopes) });
  }
  return samples;
}

/** The largest difference of two lists, relative to the largest number in the second (at least `floor`). */
export function largestError(got: Float32Array, expected: Float32Array, floor = 1e-3): number {
  if (got.length !== expected.length) return Number.POSITIVE_INFINITY;
  const scale = expected.reduce((max, x) => Math.max(max, Math.abs(x)), floor);
  return got.reduce((worst, x, i) => Math.max(worst, difference(x, expected[i] as number) / scale), 0);
}

function difference(a: number, b: number): number {
  if (Object.is(a, b)) return 0;
  const by = Math.abs(a - b);
  return Number.isNaN(by) ? Number.POSITIVE_INFINITY : by;
}

function weightedSum(y: tf.Tensor): tf.Scalar {
  return y.mul(tf.tensor(numbers(y.size, [0.5, 1.5], 3), y.shape)).sum() as tf.Scalar;
}

function inputData(item: OpCase): Float32Array[] {
  return item.shapes.map((shape, i) =>
    numbers(
      shape.reduce((a, b) => a * b, 1),
      item.range ?? [-1, 1],
      i,
    ),
  );
}

/** Numbers that look random, are never equal and never near 0, where ops have their kinks. */
function numbers(count: number, [low, high]: readonly [number, number], seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const unit = ((i + 1) * 0.7548776662466927 + (seed + 1) * 0.5698402909980532) % 1;
    return low + (high - low) * unit;
  });
}
