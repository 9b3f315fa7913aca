import { describe, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { frugalLayerNorm, layerNorm, plainLayerNorm } from '#tensor/layer-norm.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose, expectGradient } from '#test/support/expect-close.ts';
import { expectNoLeak } from '#test/support/no-leak.ts';
import { randomTensor } from '#test/support/tiny-model.ts';

useBackend();

const EPSILON = 1e-6;
const affine = (dim: number) => [randomTensor([dim], 'weight'), randomTensor([dim], 'bias')] as const;

describe.each([
  ['layerNorm', layerNorm],
  ['frugalLayerNorm', frugalLayerNorm],
  ['plainLayerNorm', plainLayerNorm],
])('tensor/layer-norm: %s', (_, normalize) => {
  it('has mean 0 and variance 1, the biased one, before its scale and shift', () => {
    const s = Math.sqrt(5);
    const y = normalize(tf.tensor2d([[1, 3, 5, 7]]), [tf.tensor1d([1, 1, 2, 1]), tf.tensor1d([0, 0, 0, 5])], EPSILON);
    expectClose(y, [[-3 / s, -1 / s, 2 / s, 3 / s + 5]]);
  });

  it('adds epsilon to the variance', () => {
    const y = normalize(tf.tensor2d([[-1e-3, 1e-3]]), [tf.ones([2]), tf.zeros([2])], EPSILON);
    expectClose(y, [[-Math.SQRT1_2, Math.SQRT1_2]]);
  });

  it('has gradients for its input, scale and shift', () => {
    const [weight, bias] = affine(6);
    const x = randomTensor([2, 3, 6]);
    expectGradient((at) => normalize(at, [weight, bias], EPSILON), x);
    expectGradient((at) => normalize(x, [at, bias], EPSILON), weight);
    expectGradient((at) => normalize(x, [weight, at], EPSILON), bias);
  });
});

describe('tensor/layer-norm: layerNorm', () => {
  it('does not change when its input is scaled or shifted', () => {
    const x = randomTensor<tf.Tensor3D>([1, 2, 8]);
    const expected = layerNorm(x, affine(8), EPSILON);
    const within = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    const isUnchanged = (scale: number, shift: number) =>
      expectClose(layerNorm(x.mul(scale).add(shift), affine(8), EPSILON), expected, 1e-3);
    fc.assert(fc.property(within(0.5, 50), within(-9, 9), isUnchanged), { numRuns: 20 });
  });

  it('agrees with its plain version, gradients included', () => {
    const [weight, bias] = affine(16);
    const x = randomTensor([4, 5, 16], 1, 3);
    expectClose(layerNorm(x, [weight, bias], EPSILON), plainLayerNorm(x, [weight, bias], EPSILON));
    const gradients = (normalize: typeof layerNorm) =>
      tf.grads((x, weight, bias) => normalize(x, [weight, bias] as [tf.Tensor, tf.Tensor], EPSILON))(
        [x, weight, bias],
        randomTensor(x.shape, 'dy'),
      );
    const expected = gradients(plainLayerNorm);
    for (const [i, gradient] of gradients(layerNorm).entries()) expectClose(gradient, expected[i] as tf.Tensor, 1e-4);
  });

  it('leaves behind only its output', () => {
    const x = randomTensor([2, 3, 6]);
    const pair = affine(6);
    expectNoLeak(() => tf.tidy(() => layerNorm(x, pair, EPSILON)));
  });
});
