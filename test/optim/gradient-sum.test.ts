import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { GradientSum } from '#optim/gradient-sum.ts';
import { useBackend } from '#test/support/backend.ts';

useBackend();

const valuesOf = (sum: GradientSum) => [...sum.gradients].map(([name, tensor]) => [name, ...tensor.dataSync()]);

describe('optim/gradient-sum: GradientSum', () => {
  it('adds by name, also what some micro-batches lack', () => {
    const sum = new GradientSum();
    sum.add(new Map([['a', tf.tensor1d([1, 2])]]));
    sum.add(
      new Map([
        ['a', tf.tensor1d([10, 20])],
        ['b', tf.tensor1d([5])],
      ]),
    );
    expect(valuesOf(sum)).toEqual([
      ['a', 11, 22],
      ['b', 5],
    ]);
    sum.clear();
    expect(sum.gradients.size).toBe(0);
  });

  it('keeps one tensor a name, and none after it is cleared', () => {
    const sum = new GradientSum();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) tf.tidy(() => sum.add(new Map([['a', tf.ones([4])]])));
    expect(tf.memory().numTensors).toBe(before + 1);
    sum.clear();
    expect(tf.memory().numTensors).toBe(before);
  });
});
