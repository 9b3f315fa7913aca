import { afterEach, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { recompute } from '#tensor/recompute.ts';
import { useBackend } from '#test/support/backend.ts';
import { randomTensor } from '#test/support/tiny-model.ts';

useBackend();
afterEach(() => tf.disposeVariables());

type Block = (inputs: readonly tf.Tensor[], constants: readonly tf.Tensor[]) => tf.Tensor;

/** Residual, with products, a softmax and a custom gradient: what a transformer block is made of. */
function blockOf(weight: tf.Variable): Block {
  const squared = tf.customGrad((...args) => {
    const [x, save] = args as [tf.Tensor, tf.GradSaveFunc];
    save([x]);
    return { value: x.square(), gradFunc: (dy, saved) => dy.mul((saved[0] as tf.Tensor).mul(2)) };
  });
  return ([x, y], [mask]) =>
    tf.tidy(() => {
      const scores = tf.softmax(tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D).mul(mask as tf.Tensor));
      return tf.add(x as tf.Tensor, scores.mul(squared(y as tf.Tensor)));
    });
}

const weights = (count: number) => Array.from({ length: count }, (_, i) => tf.variable(randomTensor([8, 8], `w${i}`)));

/** A chain of blocks over two inputs; the constant is disposed right after the forward pass. */
function chain(variables: readonly tf.Variable[], isRecomputed: boolean): tf.Scalar {
  const y = randomTensor([5, 8], 'y');
  const mask = randomTensor([5, 8], 'mask');
  let x = randomTensor([5, 8], 'x');
  for (const variable of variables) {
    const block = blockOf(variable);
    x = isRecomputed
      ? recompute(block, { inputs: [x, y], constants: [mask], variables: [variable] })
      : block([x, y], [mask]);
  }
  return x.mean() as tf.Scalar;
}

const gradientsOf = (variables: readonly tf.Variable[], isRecomputed: boolean) => {
  const { value, grads } = tf.variableGrads(() => chain(variables, isRecomputed), [...variables]);
  return [value, ...variables.map(({ name }) => grads[name] as tf.Tensor)].map((each) => each.dataSync());
};

describe('tensor/recompute: recompute', () => {
  it('gives the same value and gradients to the last bit', () => {
    const variables = weights(3);
    expect(gradientsOf(variables, true)).toEqual(gradientsOf(variables, false));
  });

  it('passes gradients on to inputs, beside ones that take another way', () => {
    const [variable] = weights(1) as [tf.Variable];
    const block = blockOf(variable);
    const [x, y, mask] = ['x', 'y', 'mask'].map((name) => randomTensor([5, 8], name)) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const plain = tf.grads((x: tf.Tensor, y: tf.Tensor) => block([x.clone(), y.clone()], [mask]).add(x.mul(y)))([x, y]);
    const again = tf.grads((x: tf.Tensor, y: tf.Tensor) =>
      recompute(block, { inputs: [x, y], constants: [mask], variables: [] }).add(x.mul(y)),
    )([x, y]);
    expect(again.map((each) => each.dataSync())).toEqual(plain.map((each) => each.dataSync()));
  });

  it('works within itself', () => {
    const variables = weights(2);
    const [first, second] = variables.map(blockOf) as [Block, Block];
    const [x, y, mask] = ['x', 'y', 'mask'].map((name) => randomTensor([5, 8], name)) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const nested: Block = ([x, y], [mask]) => {
      const operands = {
        inputs: [x, y] as tf.Tensor[],
        constants: [mask as tf.Tensor],
        variables: variables.slice(0, 1),
      };
      return second([recompute(first, operands), y as tf.Tensor], [mask as tf.Tensor]);
    };
    const gradients = (f: () => tf.Tensor) =>
      Object.values(tf.variableGrads(() => f().mean() as tf.Scalar, variables).grads).map((each) => each.dataSync());
    const outer = () => recompute(nested, { inputs: [x, y], constants: [mask], variables });
    const plain = () => second([first([x, y], [mask]), y], [mask]);
    expect(gradients(outer)).toEqual(gradients(plain));
  });

  it('keeps far fewer bytes until the gradient, and none after it', () => {
    const variables = weights(12);
    const during = (isRecomputed: boolean) => {
      let bytes = 0;
      const before = tf.memory();
      tf.tidy(() => {
        tf.variableGrads(() => {
          const loss = tf.tidy(() => chain(variables, isRecomputed));
          bytes = tf.memory().numBytes - before.numBytes;
          return loss;
        }, variables);
      });
      expect(tf.memory().numTensors).toBe(before.numTensors);
      return bytes;
    };
    expect(during(true)).toBeLessThan(during(false) / 3);
  });

  it('is the block itself where no gradient is asked for', () => {
    const variables = weights(2);
    const before = tf.memory().numTensors;
    const value = tf.tidy(() => chain(variables, true));
    expect(tf.memory().numTensors).toBe(before + 1);
    expect(value.dataSync()).toEqual(tf.tidy(() => chain(variables, false)).dataSync());
  });

  it('names a variable that does not affect the block, and leaves the engine in order', () => {
    const [used, unused] = weights(2) as [tf.Variable, tf.Variable];
    const block = blockOf(used);
    const [x, y, mask] = ['x', 'y', 'mask'].map((name) => randomTensor([5, 8], name)) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const loss = () =>
      recompute(block, { inputs: [x, y], constants: [mask], variables: [used, unused] }).mean() as tf.Scalar;
    expect(() => tf.variableGrads(loss, [used, unused])).toThrow('recompute: operand 3 of 4');
    expect(gradientsOf([used], true)).toEqual(gradientsOf([used], false));
  });
});
