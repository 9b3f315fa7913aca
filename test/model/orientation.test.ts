import { describe, expect, it, jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { mapByOrientation, swapSpatialAxes } from '#model/orientation.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose, expectGradient } from '#test/support/expect-close.ts';
import { expectNoLeak } from '#test/support/no-leak.ts';
import { randomTensor } from '#test/support/tiny-model.ts';

useBackend();

const branches = {
  landscape: ([x, y]: readonly tf.Tensor2D[]) => tf.add(x as tf.Tensor2D, y as tf.Tensor2D),
  portrait: ([x, y]: readonly tf.Tensor2D[]) => tf.mul(x as tf.Tensor2D, y as tf.Tensor2D),
};

describe('model/orientation: mapByOrientation', () => {
  it('treats every sample by its orientation and keeps the order', () => {
    const [x, y] = [tf.tensor2d([[2], [3], [4], [5]]), tf.tensor2d([[10], [10], [10], [10]])];
    const mixed = mapByOrientation([x, y], [true, false, false, true], branches);
    expectClose(mixed, [[20], [13], [14], [50]], 0);
  });

  it('agrees with one sample at a time', () => {
    const agrees = (isPortrait: boolean[]) => {
      const inputs = ['x', 'y'].map((name) => randomTensor<tf.Tensor2D>([isPortrait.length, 3], name));
      const together = mapByOrientation(inputs, isPortrait, branches);
      for (const [b, portrait] of isPortrait.entries()) {
        const sample = inputs.map((input) => tf.slice(input, b, 1));
        const alone = portrait ? branches.portrait(sample) : branches.landscape(sample);
        expectClose(tf.slice(together, b, 1), alone, 1e-6);
      }
    };
    fc.assert(fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }), agrees), { numRuns: 20 });
  });

  it('calls only the branch that it needs', () => {
    const spies = { landscape: jest.fn(branches.landscape), portrait: jest.fn(branches.portrait) };
    const inputs = [randomTensor<tf.Tensor2D>([2, 3], 'x'), randomTensor<tf.Tensor2D>([2, 3], 'y')];
    mapByOrientation(inputs, [false, false], spies);
    expect(spies.portrait).not.toHaveBeenCalled();
    mapByOrientation(inputs, [true, true], spies);
    expect(spies.landscape).toHaveBeenCalledTimes(1);
  });

  it('has a gradient, and leaves behind only its output', () => {
    const [x, y] = [randomTensor<tf.Tensor2D>([3, 2], 'x'), randomTensor<tf.Tensor2D>([3, 2], 'y')];
    expectGradient((at) => mapByOrientation([at as tf.Tensor2D, y], [false, true, false], branches), x);
    expectNoLeak(() => tf.tidy(() => mapByOrientation([x, y], [false, true, false], branches)));
  });
});

describe('model/orientation: swapSpatialAxes', () => {
  it('exchanges rows and columns and leaves the channels', () => {
    const x = tf.tensor4d([1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6], [1, 2, 3, 2]);
    const [a, b, c, d, e, f] = [1, 2, 3, 4, 5, 6].map((i) => [i, -i]);
    expectClose(
      swapSpatialAxes(x),
      [
        [
          [a, d],
          [b, e],
          [c, f],
        ],
      ] as number[][][][],
      0,
    );
  });

  it('is its own inverse', () => {
    const x = randomTensor<tf.Tensor4D>([2, 3, 4, 5]);
    expectClose(swapSpatialAxes(swapSpatialAxes(x)), x, 0);
  });
});
