import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { type NormMode, normalizePoints, normModes } from '#geometry/normalize.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose, expectGradient } from '#test/support/expect-close.ts';
import { expectNoLeak } from '#test/support/no-leak.ts';
import { randomTensor } from '#test/support/tiny-model.ts';

useBackend();

/** Points on the x axis of one sample. */
const onAxis = (...x: number[]): tf.Tensor3D =>
  tf.tensor3d([...x, ...x.map(() => 0), ...x.map(() => 0)], [3, 1, x.length]);
const mask = (...valid: number[]): tf.Tensor2D => tf.tensor2d([valid], undefined, 'bool');
const firstPlane = (points: tf.Tensor) => tf.squeeze(tf.slice(points, 0, 1)).arraySync() as number[];

describe('geometry/normalize: normalizePoints', () => {
  const sizes: readonly (readonly [NormMode, number])[] = [
    ['avg_dis', (1 + 4 + 9) / 3],
    ['avg_log1p', (Math.log(2) + Math.log(5) + Math.log(10)) / 3],
    ['median_dis', 4],
    ['median_log1p', 4],
    ['median_warp-log1p', 4],
    ['sqrt_dis', 2 ** 2],
    ['sqrt_log1p', 2 ** 2],
    ['sqrt_warp-log1p', 2 ** 2],
  ];
  it.each(sizes)('divides by the size that %s measures on valid points', (mode, size) => {
    const normalized = normalizePoints(onAxis(1, -4, 9, 100), mask(1, 1, 1, 0), mode);
    expectClose(firstPlane(normalized), [1 / size, -4 / size, 9 / size, 100 / size]);
  });

  it('draws points in by the logarithm before the mean in avg_warp-log1p', () => {
    const [near, far] = [Math.log1p(1), Math.log1p(9)];
    const mean = (near + far) / 2;
    const normalized = normalizePoints(onAxis(1, -9), mask(1, 1), 'avg_warp-log1p');
    expectClose(firstPlane(normalized), [near / mean, -far / mean]);
  });

  it('measures each sample by itself', () => {
    const points = tf.tensor3d([1, 3, 10, 30, 0, 0, 0, 0, 0, 0, 0, 0], [3, 2, 2]);
    const normalized = normalizePoints(points, tf.ones([2, 2], 'bool') as tf.Tensor2D, 'avg_dis');
    expectClose(firstPlane(normalized), [
      [0.5, 1.5],
      [0.5, 1.5],
    ] as never);
  });

  it.each(normModes)('stays finite without a valid point, its gradient too, in %s', (mode) => {
    const points = onAxis(0, 0);
    const gradient = tf.grad((x: tf.Tensor) => normalizePoints(x as tf.Tensor3D, mask(0, 0), mode).sum())(points);
    expect(normalizePoints(points, mask(0, 0), mode).isFinite().all().dataSync()[0]).toBe(1);
    expect(gradient.isFinite().all().dataSync()[0]).toBe(1);
  });

  it.each(normModes.filter((mode) => !mode.startsWith('median')))(
    'lets the gradient through the size in %s',
    (mode) => {
      const valid = randomTensor<tf.Tensor2D>([2, 9], 4).greater<tf.Tensor2D>(-0.5);
      expectGradient((x) => normalizePoints(x as tf.Tensor3D, valid, mode), randomTensor([3, 2, 9], 5));
    },
  );

  it('leaves nothing behind but the points', () => {
    const [points, valid] = [onAxis(1, 2), mask(1, 1)];
    expectNoLeak(() => normalizePoints(points, valid, 'avg_dis'));
  });
});
