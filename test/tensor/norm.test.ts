import { describe, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { safeNorm } from '#tensor/norm.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose, expectGradient } from '#test/support/expect-close.ts';
import { randomTensor } from '#test/support/tiny-model.ts';

useBackend();

const coordinate = fc.float({ min: -1000, max: 1000, noNaN: true });

describe('tensor/norm: safeNorm', () => {
  it('is the Euclidean length over the last axis, which it keeps', () => {
    const x = tf.tensor([
      [3, 4, 0],
      [-1, 2, 2],
    ]);
    expectClose(safeNorm(x), [[5], [3]], 1e-6);
  });

  it('agrees with Math.hypot for any vectors', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(coordinate, coordinate, coordinate), { minLength: 1 }), (vectors) => {
        const long = vectors.filter((vector) => Math.hypot(...vector) > 1e-6);
        fc.pre(long.length > 0);
        expectClose(
          safeNorm(tf.tensor2d(long)),
          long.map((vector) => [Math.hypot(...vector)]),
          1e-5,
        );
      }),
    );
  });

  it('reads the zero vector as 1e-18', () => {
    expectClose(safeNorm(tf.zeros([1, 3])), [[1e-18]], 1e-5);
  });

  it('has the direction as its gradient, and zero at the zero vector', () => {
    const gradient = tf.grad((x: tf.Tensor) => safeNorm(x).sum())(
      tf.tensor([
        [3, 4, 0],
        [0, 0, 0],
      ]),
    );
    expectClose(gradient, [
      [0.6, 0.8, 0],
      [0, 0, 0],
    ]);
  });

  it('has a gradient that agrees with finite differences', () => {
    expectGradient(safeNorm, randomTensor([5, 4, 3]));
  });
});
