import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { clipFactor, globalNorm, plainGlobalNorm } from '#optim/clip.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectNoLeak } from '#test/support/no-leak.ts';
import { randomTensor } from '#test/support/tiny-model.ts';

useBackend();

const normOf = (tensors: tf.Tensor[]) => globalNorm(tensors).dataSync()[0] as number;

describe('optim/clip: globalNorm', () => {
  it('is the norm of all numbers together', () => {
    expect(normOf([tf.tensor1d([3]), tf.tensor2d([[4, 12]]), tf.scalar(84)])).toBeCloseTo(85, 5);
  });

  it('agrees with a sum in double precision on a large tensor', () => {
    const large = randomTensor([1024, 3001], 'large');
    let sum = 0;
    for (const value of large.dataSync()) sum += value * value;
    expect(Math.abs(normOf([large]) / Math.sqrt(sum) - 1)).toBeLessThan(1e-5);
  });

  it('takes as many gradients as a network has, a few at a time', () => {
    const ones = Array.from({ length: 400 }, () => tf.scalar(1));
    expect(normOf(ones)).toBe(20);
  });

  it('is 0 without gradients, and not finite where one of them is not', () => {
    expect(normOf([])).toBe(0);
    expect(normOf([tf.tensor1d([1, Number.NaN])])).toBeNaN();
    expect(normOf([tf.tensor1d([1, Number.NEGATIVE_INFINITY])])).toBe(Number.POSITIVE_INFINITY);
  });

  it('agrees with its plain version', () => {
    const gradients = [[37, 53], [1], [130, 257]].map((shape, i) => randomTensor(shape, i));
    const want = plainGlobalNorm(gradients).dataSync()[0] as number;
    expect(normOf(gradients) / want).toBeCloseTo(1, 5);
  });

  it('leaves behind only the norm', () => {
    const gradients = [tf.ones([2, 3]), tf.ones([4])];
    expectNoLeak(() => globalNorm(gradients));
  });
});

describe('optim/clip: clipFactor', () => {
  it('scales a larger norm down to the limit, and leaves a smaller one', () => {
    expect(10 * clipFactor(10, 2)).toBeCloseTo(2, 5);
    expect(clipFactor(1, 2)).toBe(1);
    expect(clipFactor(0, 2)).toBe(1);
  });
});
