import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { validMedian } from '#geometry/median.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose } from '#test/support/expect-close.ts';
import { expectNoLeak } from '#test/support/no-leak.ts';
import { randomTensor } from '#test/support/tiny-model.ts';

useBackend();

const mask = (rows: number[][]) => tf.tensor2d(rows, undefined, 'bool');

describe('geometry/median: validMedian', () => {
  it('takes the lower middle of an even number of values, the middle of an odd one', () => {
    const values = tf.tensor2d([
      [4, 1, 3, 2],
      [9, -7, 5, 100],
      [6, 8, 0, 0],
    ]);
    const valid = mask([
      [1, 1, 1, 1],
      [1, 1, 1, 0],
      [0, 1, 0, 0],
    ]);
    expectClose(validMedian(values, valid), [[2], [5], [8]], 0);
  });

  it('gives 0 for a row without valid values, whatever stands there', () => {
    expectClose(validMedian(tf.tensor2d([[Number.NaN, 3]]), mask([[0, 0]])), [[0]], 0);
  });

  it('survives values that are not numbers', () => {
    const values = tf.tensor2d([[1, Number.NaN, Number.POSITIVE_INFINITY, 2, 3]]);
    expectClose(validMedian(values, mask([[1, 1, 1, 1, 1]])), [[3]], 0);
  });

  it('agrees with sorting on the host', () => {
    const values = randomTensor<tf.Tensor2D>([3, 501], 7);
    const valid = randomTensor<tf.Tensor2D>([3, 501], 8).greater<tf.Tensor2D>(0.2);
    const [rows, masks] = [values.arraySync(), valid.arraySync()];
    const expected = rows.map((row, r) => {
      const kept = row.filter((_, i) => masks[r]?.[i]).sort((a, b) => a - b);
      return [kept[Math.floor((kept.length - 1) / 2)] as number];
    });
    expectClose(validMedian(values, valid), expected, 0);
  });

  it('is a constant for the gradient', () => {
    const values = tf.tensor2d([[1, 2, 4]]);
    const gradient = tf.grad((x: tf.Tensor) => {
      const median = validMedian(x as tf.Tensor2D, mask([[1, 1, 1]]));
      return x.sub(median).square().sum();
    })(values);
    expectClose(gradient, [[-2, 0, 4]]);
  });

  it('leaves nothing behind but the medians', () => {
    const [values, valid] = [tf.tensor2d([[1, 2]]), mask([[1, 1]])];
    expectNoLeak(() => tf.tidy(() => validMedian(values, valid)));
    expect(values.isDisposed).toBe(false);
  });
});
