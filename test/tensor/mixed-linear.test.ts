import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { isMixed, markMixed, mixedLinear } from '#tensor/mixed-linear.ts';
import { hasBfloat16 } from '#tensor/packed-weight.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose } from '#test/support/expect-close.ts';
import { expectNoLeak } from '#test/support/no-leak.ts';
import { randomTensor } from '#test/support/tiny-model.ts';

useBackend();

/** The native engine alone has the kernel; a run without it says so instead of passing silently. */
const native = (run: () => void) => () => {
  if (hasBfloat16()) run();
  else console.warn(`bfloat16: not tested, since the engine is ${tf.getBackend()}`);
};

/** Eight significant bits, to the nearest: x·(2¹⁶ + 1) leaves these when x·2¹⁶ is taken away again. */
function rounded<T extends tf.Tensor>(x: T): T {
  const far = x.mul<T>(2 ** 16 + 1);
  return far.sub(far.sub(x));
}

/** The definition: value and gradients of rows x [R, I]. */
function plain([x, weight, bias]: readonly tf.Tensor[], dy: tf.Tensor): tf.Tensor[] {
  const [x16, weight16, dy16] = [x, weight, dy].map((each) => rounded(each as tf.Tensor2D)) as [
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor2D,
  ];
  return [
    rounded(x16.matMul(weight16, false, true)).add(bias as tf.Tensor),
    rounded(dy16.matMul(weight16)),
    rounded(dy16.matMul(x16, true, false)),
    dy.sum(0),
  ];
}

const typed = (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) => mixedLinear(x, [weight, bias]);
const operands = (rows: readonly number[], input: number, output: number): [tf.Tensor, tf.Tensor, tf.Tensor] => [
  randomTensor([...rows, input], 'x'),
  randomTensor([output, input], 'w'),
  randomTensor([output], 'b'),
];

describe('tensor/mixed-linear', () => {
  it.each([
    [5, 64, 7],
    [1, 2, 1],
    [300, 96, 33],
  ])(
    'rounds the factors and the results of its three products, and nothing else: %i rows, %i to %i features',
    (rows, input, output) =>
      native(() => {
        const inputs = operands([rows], input, output);
        const dy = randomTensor([rows, output], 'dy');
        const [value, ...gradients] = plain(inputs, dy) as [tf.Tensor, ...tf.Tensor[]];
        expectClose(typed(...inputs), value, 2 ** -8);
        tf.grads(typed)(inputs, dy).forEach((gradient, i) => {
          expectClose(gradient, gradients[i] as tf.Tensor, i < 2 ? 2 ** -8 : 1e-6);
        });
      })(),
  );

  it(
    'takes tokens of any rank',
    native(() => {
      const [x, weight, bias] = operands([2, 3, 5], 4, 6);
      const flat = typed(x.reshape([30, 4]), weight, bias);
      expectClose(typed(x, weight, bias), flat.reshape([2, 3, 5, 6]), 0);
      expect(tf.grad((at: tf.Tensor) => typed(at, weight, bias))(x).shape).toEqual([2, 3, 5, 4]);
    }),
  );

  it(
    'passes on what is not finite, so that a loss gone wrong is seen',
    native(() => {
      const [, weight, bias] = operands([1], 2, 3);
      const y = typed(tf.tensor2d([Number.NaN, 1, Number.POSITIVE_INFINITY, 1], [2, 2]), weight, bias);
      expect(Array.from(y.isFinite().dataSync())).toEqual([0, 0, 0, 0, 0, 0]);
    }),
  );

  it(
    'gives the same bits every time, and leaves behind only results',
    native(() => {
      const inputs = operands([4, 100], 64, 128);
      const once = () =>
        tf
          .grads(typed)(inputs)
          .map((gradient) => gradient.dataSync());
      expect(once()).toEqual(once());
      expectNoLeak(() => tf.tidy(() => typed(...inputs)));
      expectNoLeak(() => tf.grads(typed)(inputs));
    }),
  );

  it('knows a weight that was marked, and no other', () => {
    const weight = tf.variable(tf.zeros([2, 2]));
    expect(isMixed(weight)).toBe(false);
    markMixed(weight);
    expect([isMixed(weight), isMixed(weight.clone())]).toEqual([true, false]);
    weight.dispose();
  });
});
