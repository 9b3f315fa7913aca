import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { linear, plainLinear } from '#tensor/linear.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose } from '#test/support/expect-close.ts';
import { expectNoLeak } from '#test/support/no-leak.ts';
import { randomTensor } from '#test/support/tiny-model.ts';

useBackend();

const operands = (shape: readonly number[], output: number) => [
  randomTensor(shape, 'x'),
  randomTensor([output, shape.at(-1) as number], 'w'),
  randomTensor([output], 'b'),
];

const typed = (f: typeof linear) => (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) => f(x, [weight, bias]);

describe('tensor/linear', () => {
  it.each([
    [[5, 7], 3],
    [[1, 1], 1],
    [[2, 3, 16], 33],
    [[2, 2, 3, 8], 5],
    [[1, 300, 64], 96],
  ])('agrees with its plain version in values and gradients: %j to %i features', (shape, output) => {
    const inputs = operands(shape, output);
    const [x, weight, bias] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor];
    const expected = plainLinear(x, [weight, bias]);
    expectClose(linear(x, [weight, bias]), expected);
    const dy = randomTensor(expected.shape, 'dy');
    const want = tf.grads(typed(plainLinear))(inputs, dy);
    tf.grads(typed(linear))(inputs, dy).forEach((gradient, i) => {
      expectClose(gradient, want[i] as tf.Tensor);
    });
  });

  it('gives the same bits every time', () => {
    const inputs = operands([4, 100, 64], 128);
    const once = () =>
      tf
        .grads(typed(linear))(inputs)
        .map((gradient) => gradient.dataSync());
    expect(once()).toEqual(once());
  });

  it('leaves behind only its output and its gradients', () => {
    const inputs = operands([2, 3, 4], 5);
    expectNoLeak(() => tf.tidy(() => typed(linear)(...(inputs as [tf.Tensor, tf.Tensor, tf.Tensor]))));
    expectNoLeak(() => tf.grads(typed(linear))(inputs));
  });
});
