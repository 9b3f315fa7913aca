import { afterEach, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { valueAndGradients } from '#tensor/gradients.ts';
import { useBackend } from '#test/support/backend.ts';
import { randomTensor } from '#test/support/tiny-model.ts';

useBackend();
afterEach(() => tf.disposeVariables());

/** Products, a split with an unused part, tensors that go several ways, and one that is another's gradient as it is. */
function network([w, v]: readonly tf.Tensor[]): tf.Scalar {
  return tf.tidy(() => {
    const passed = tf.customGrad((x) => ({ value: (x as tf.Tensor).mul(2), gradFunc: (dy) => dy }));
    let x: tf.Tensor = randomTensor([6, 8], 'x');
    for (let i = 0; i < 6; i++) {
      const [a, , c] = tf.split(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), 4, 1) as tf.Tensor[];
      const mixed = tf.concat(
        [c as tf.Tensor, passed(a as tf.Tensor), tf.mul(a as tf.Tensor, c as tf.Tensor), c as tf.Tensor],
        1,
      );
      x = x.add(mixed.add(v as tf.Tensor).softmax());
    }
    return x.square().mean();
  });
}

const variables = () => [randomTensor([8, 8], 'w'), randomTensor([8], 'v')].map((value) => tf.variable(value));
const numbers = (tensors: readonly (tf.Tensor | undefined)[]) => tensors.map((each) => each?.dataSync());

describe('tensor/gradients: valueAndGradients', () => {
  it("gives tfjs's own value and gradients to the last bit", () => {
    const xs = variables();
    const { value, grads } = tf.variableGrads(() => network(xs), xs);
    const { value: same, gradients } = valueAndGradients(() => network(xs), xs);
    expect(numbers([same, ...gradients])).toEqual(numbers([value, ...xs.map(({ name }) => grads[name])]));
  });

  it('begins from a given dy, and leaves it alone', () => {
    const [x, dy] = [randomTensor([5], 'x'), randomTensor([5], 'dy')];
    const { gradients } = valueAndGradients(() => x.square(), [x], dy);
    expect(numbers(gradients)).toEqual(numbers([tf.grad((x: tf.Tensor) => x.square())(x, dy)]));
    expect(dy.isDisposed).toBe(false);
  });

  it('has none for what the value does not depend on, and passes by what has no gradient at all', () => {
    const [used, unused] = variables() as [tf.Variable, tf.Variable];
    const f = () => {
      tf.floor(tf.floor(unused)).greater(0);
      return used.mul(tf.floor(tf.ones([8, 8]))).sum() as tf.Scalar;
    };
    expect(numbers(valueAndGradients(f, [used, unused]).gradients)).toEqual([new Float32Array(64).fill(1), undefined]);
  });

  it('keeps nothing but its results, also when something fails', () => {
    const xs = variables();
    const before = tf.memory().numTensors;
    const { value, gradients } = valueAndGradients(() => network(xs), xs);
    tf.dispose([value, ...(gradients as tf.Tensor[])]);
    expect(tf.memory().numTensors).toBe(before);
    const failing = () => {
      network(xs);
      throw new Error('no memory');
    };
    expect(() => valueAndGradients(failing, xs)).toThrow('no memory');
    const none = () => tf.einsum('ij->i', xs[0] as tf.Tensor).sum() as tf.Scalar;
    expect(() => valueAndGradients(none, xs)).toThrow('gradients: Einsum has none');
    expect(tf.memory().numTensors).toBe(before);
    expect(numbers(valueAndGradients(() => network(xs), xs).gradients)).toHaveLength(2);
  });

  it('holds fewer bytes at its peak than tfjs does', async () => {
    const xs = variables();
    const before = tf.memory().numBytes;
    const peakOf = async (run: () => tf.Tensor) => (await tf.profile(() => tf.tidy(run))).peakBytes - before;
    const plain = await peakOf(() => tf.variableGrads(() => network(xs), xs).value);
    expect(await peakOf(() => valueAndGradients(() => network(xs), xs).value)).toBeLessThan(0.9 * plain);
  });
});
