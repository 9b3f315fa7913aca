import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { type ConfMode, type DepthMode, headOutput, plainHeadOutput } from '#model/head-output.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose, expectGradient } from '#test/support/expect-close.ts';
import { randomTensor } from '#test/support/tiny-model.ts';

useBackend();

const DEPTH_MODES: readonly DepthMode[] = ['exp', 'square', 'linear'];
const unbounded: ConfMode = { kind: 'exp', min: 1, max: Number.POSITIVE_INFINITY };

/** One pixel. */
const pixel = (...channels: number[]) => tf.tensor4d(channels, [1, 1, 1, channels.length]);
const pointOf = (xyz: readonly number[], mode: DepthMode) => headOutput(pixel(...xyz), mode, undefined).points;

function confidenceOf(raw: number, mode: ConfMode): number {
  const { confidence } = headOutput(pixel(0, 0, 0, raw), 'exp', mode);
  expect(confidence?.shape).toEqual([1, 1, 1]);
  return confidence?.dataSync()[0] as number;
}

describe('model/head-output: headOutput', () => {
  it.each([Number.POSITIVE_INFINITY, 3])(
    'agrees with its plain version in values and gradients, with a confidence up to %f',
    (max) => {
      const mode: ConfMode = { kind: 'exp', min: 1, max };
      const raw = tf.concat([1e-3, 0.3, 4].map((spread) => randomTensor<tf.Tensor4D>([2, 5, 7, 4], spread, spread)));
      const weighed = (of: typeof headOutput) => (x: tf.Tensor) => {
        const { points, confidence } = of(x as tf.Tensor4D, 'exp', mode) as Required<ReturnType<typeof headOutput>>;
        const [p, c] = [randomTensor(points.shape, 'p'), randomTensor((confidence as tf.Tensor).shape, 'c')];
        return points
          .mul(p)
          .sum(-1)
          .add((confidence as tf.Tensor).mul(c));
      };
      expectClose(weighed(headOutput)(raw), weighed(plainHeadOutput)(raw));
      expectClose(tf.grad(weighed(headOutput))(raw), tf.grad(weighed(plainHeadOutput))(raw));
    },
  );

  it('passes on what is not finite, so that a loss gone wrong is seen', () => {
    const raw = tf.tensor4d([Number.NaN, 1, 2, 3, 100, 1, 1, Number.NaN, 1, 1, 1, 100], [1, 1, 3, 4]);
    const { points, confidence } = headOutput(raw, 'exp', unbounded);
    expect(Array.from(points.isFinite().dataSync())).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1]);
    expect(Array.from((confidence as tf.Tensor).isFinite().dataSync())).toEqual([1, 0, 0]);
  });
});

describe('model/head-output: points', () => {
  it('keep their direction; their distance 5 becomes e⁵ − 1, 25 or 5', () => {
    const d = Math.expm1(5);
    expectClose(pointOf([3, 0, -4], 'exp'), [[[[0.6 * d, 0, -0.8 * d]]]]);
    expectClose(pointOf([3, 0, -4], 'square'), [[[[15, 0, -20]]]]);
    expectClose(pointOf([3, 0, -4], 'linear'), [[[[3, 0, -4]]]]);
  });

  it('are exact near the origin, where eᵈ − 1 loses digits', () => {
    expectClose(pointOf([0, 1e-5, 0], 'exp'), [[[[0, Math.expm1(1e-5), 0]]]], 1e-5);
  });

  it('follow the formula for any raw numbers', () => {
    const raw = fc.float({ min: -10, max: 10, noNaN: true });
    const follows = (xyz: readonly number[]) => {
      const d = Math.hypot(...xyz);
      fc.pre(d > 1e-4);
      const scaledBy = (factor: number) => [[[xyz.map((x) => (x / d) * factor)]]];
      expectClose(pointOf(xyz, 'exp'), scaledBy(Math.expm1(d)), 1e-4);
      expectClose(pointOf(xyz, 'square'), scaledBy(d * d), 1e-5);
    };
    fc.assert(fc.property(fc.tuple(raw, raw, raw), follows), { numRuns: 30 });
  });

  it.each(DEPTH_MODES)('are zero for zero raw numbers, with a finite gradient: %s', (mode) => {
    const zero = tf.zeros([1, 1, 2, 3]) as tf.Tensor4D;
    const points = (raw: tf.Tensor) => headOutput(raw as tf.Tensor4D, mode, undefined).points;
    expectClose(points(zero), zero, 0);
    const gradient = tf.grad(points)(zero);
    // PyTorch gives exactly 0; a length that reads as 1e-12 over a direction floored at 1e-8 leaves 1e-4.
    expectClose(gradient, mode === 'linear' ? tf.onesLike(zero) : zero, 1e-3);
  });

  it.each(DEPTH_MODES)('have a gradient: %s', (mode) => {
    expectGradient((raw) => headOutput(raw as tf.Tensor4D, mode, undefined).points, randomTensor([2, 3, 2, 3]));
  });
});

describe('model/head-output: confidence', () => {
  it('is 1 + eˣ by default', () => {
    expect(confidenceOf(0, unbounded)).toBeCloseTo(2, 5);
    expect(confidenceOf(2, unbounded)).toBeCloseTo(1 + Math.exp(2), 4);
    expect(confidenceOf(-50, unbounded)).toBe(1);
  });

  it('is bounded where it has a maximum', () => {
    const bounded: ConfMode = { kind: 'exp', min: 1, max: 5 };
    expect(confidenceOf(1, bounded)).toBeCloseTo(1 + Math.E, 5);
    expect(confidenceOf(3, bounded)).toBeCloseTo(5, 5);
  });

  it('is a sigmoid between its bounds', () => {
    const sigmoid: ConfMode = { kind: 'sigmoid', min: 1, max: 5 };
    expect(confidenceOf(0, sigmoid)).toBeCloseTo(3, 5);
    expect(confidenceOf(30, sigmoid)).toBeCloseTo(5, 5);
    expect(confidenceOf(-30, sigmoid)).toBeCloseTo(1, 5);
  });

  it('reads the fourth channel of every pixel', () => {
    const raw = randomTensor<tf.Tensor4D>([2, 3, 5, 4]);
    const { points, confidence } = headOutput(raw, 'linear', unbounded);
    expectClose(points, raw.slice([0, 0, 0, 0], [2, 3, 5, 3]), 0);
    expectClose(confidence as tf.Tensor, raw.slice([0, 0, 0, 3], [2, 3, 5, 1]).exp().add(1).reshape([2, 3, 5]));
  });

  it('is absent without a mode', () => {
    expect(headOutput(pixel(1, 2, 3), 'exp', undefined)).not.toHaveProperty('confidence');
  });

  it('has a gradient', () => {
    const confidence = (raw: tf.Tensor) => headOutput(raw as tf.Tensor4D, 'exp', unbounded).confidence as tf.Tensor;
    expectGradient(confidence, randomTensor([1, 2, 2, 4]));
  });
});
