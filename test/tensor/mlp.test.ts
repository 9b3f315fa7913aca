import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { mixedMlp, mlp, plainMlp } from '#tensor/mlp.ts';
import { hasBfloat16 } from '#tensor/packed-weight.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose } from '#test/support/expect-close.ts';
import { expectNoLeak } from '#test/support/no-leak.ts';
import { randomTensor } from '#test/support/tiny-model.ts';

useBackend();

function operands(shape: readonly number[], hidden: number): tf.Tensor[] {
  const width = shape.at(-1) as number;
  return [
    randomTensor(shape, 'x'),
    randomTensor([hidden, width], 'w1', width ** -0.5),
    randomTensor([hidden], 'b1', 0.3),
    randomTensor([width, hidden], 'w2', hidden ** -0.5),
    randomTensor([width], 'b2', 0.3),
  ];
}

const typed =
  (f: typeof mlp) =>
  (...[x, w1, b1, w2, b2]: tf.Tensor[]) =>
    f(x as tf.Tensor, [
      [w1 as tf.Tensor, b1 as tf.Tensor],
      [w2 as tf.Tensor, b2 as tf.Tensor],
    ]);

function expectSameAsPlain(f: typeof mlp, inputs: tf.Tensor[], tolerance: number): void {
  expectClose(typed(f)(...inputs), typed(plainMlp)(...inputs), tolerance);
  const dy = randomTensor((inputs[0] as tf.Tensor).shape, 'dy');
  const want = tf.grads(typed(plainMlp))(inputs, dy);
  tf.grads(typed(f))(inputs, dy).forEach((gradient, i) => {
    expectClose(gradient, want[i] as tf.Tensor, tolerance);
  });
}

describe('tensor/mlp: mlp', () => {
  it.each([
    [[5, 4], 3],
    [[1, 1], 1],
    [[2, 9, 16], 40],
    [[2, 2, 3, 8], 32],
    [[1, 200, 64], 256],
  ])('agrees with its plain version in values and gradients: %j, %i hidden features', (shape, hidden) => {
    expectSameAsPlain(mlp, operands(shape, hidden), 1e-5);
  });

  it('gives the same bits every time', () => {
    const inputs = operands([4, 100, 32], 128);
    const once = () =>
      tf
        .grads(typed(mlp))(inputs)
        .map((gradient) => gradient.dataSync());
    expect(once()).toEqual(once());
  });

  it('leaves behind only its output and its gradients', () => {
    const inputs = operands([2, 3, 4], 6);
    expectNoLeak(() => tf.tidy(() => typed(mlp)(...inputs)));
    expectNoLeak(() => tf.grads(typed(mlp))(inputs));
  });
});

describe('tensor/mlp: mixedMlp', () => {
  const native = (run: () => void) => () => {
    if (hasBfloat16()) run();
    else console.warn(`bfloat16: not tested, since the engine is ${tf.getBackend()}`);
  };

  it(
    'is the same to about two digits, in values and gradients',
    native(() => expectSameAsPlain(mixedMlp, operands([2, 60, 64], 256), 0.02)),
  );

  it(
    'leaves behind only its output and its gradients',
    native(() => {
      const inputs = operands([2, 3, 4], 6);
      expectNoLeak(() => tf.tidy(() => typed(mixedMlp)(...inputs)));
      expectNoLeak(() => tf.grads(typed(mixedMlp))(inputs));
      expect(typed(mixedMlp)(...inputs).dtype).toBe('float32');
    }),
  );
});
