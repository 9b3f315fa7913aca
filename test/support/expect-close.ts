import { expect } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { createFastRandom } from '#tensor/random.ts';

type Numbers = tf.Tensor | tf.TensorLike;

/** The numbers agree within a tolerance relative to the largest expected one (absolute where all of these are 0). */
export function expectClose(actual: Numbers, expected: Numbers, tolerance = 1e-5): void {
  const [a, e] = [flatten(actual), flatten(expected)];
  expect(a.shape).toEqual(e.shape);
  let [scale, worst] = [0, 0];
  for (let i = 0; i < e.data.length; i++) {
    const want = e.data[i] as number;
    if (Number.isFinite(want)) scale = Math.max(scale, Math.abs(want));
    worst = Math.max(worst, differenceOf(a.data[i] as number, want));
  }
  expect(worst / (scale || 1)).toBeLessThanOrEqual(tolerance);
}

/**
 * The gradient of Σ c·f(x), with random c, agrees with central finite differences along random directions.
 * The sum is taken in double precision, so that only f itself is rounded.
 */
export function expectGradient(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, { step = 1e-2, tolerance = 1e-2 } = {}) {
  const weights = normalLike(tf.tidy(() => f(x)).shape, 'weights');
  const gradient = tf
    .grad((at: tf.Tensor) => tf.sum(tf.mul(f(at), weights)))(x)
    .dataSync();
  const lossAt = (offset: tf.Tensor) => {
    const y = tf.tidy(() => f(x.add(offset)));
    return dot(y.dataSync(), weights.dataSync());
  };
  for (const name of ['first', 'second', 'third']) {
    const direction = normalLike(x.shape, name);
    const expected = (lossAt(direction.mul(step)) - lossAt(direction.mul(-step))) / (2 * step);
    const scale = Math.sqrt(dot(gradient, gradient));
    expect(scale).toBeGreaterThan(0);
    expect(Math.abs(dot(gradient, direction.dataSync()) - expected) / scale).toBeLessThanOrEqual(tolerance);
  }
}

function flatten(numbers: Numbers): { shape: readonly number[]; data: ArrayLike<number> } {
  const tensor = numbers instanceof tf.Tensor ? numbers : tf.tensor(numbers);
  return { shape: tensor.shape, data: tensor.dataSync() };
}

/** NaN and infinity agree with themselves only. */
function differenceOf(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  const difference = Math.abs(a - b);
  return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
}

function normalLike(shape: number[], name: string): tf.Tensor {
  const values = new Float32Array(tf.util.sizeFromShape(shape));
  createFastRandom(name).fillNormal(values, 1);
  return tf.tensor(values, shape);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
