import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { distancesToOrigin, pointmapsOf, pointPlanes } from '#geometry/point-planes.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose, expectGradient } from '#test/support/expect-close.ts';
import { randomTensor } from '#test/support/tiny-model.ts';

useBackend();

describe('geometry/point-planes', () => {
  it('lays the pointmaps of a sample side by side, a plane for each coordinate', () => {
    const view1 = tf.tensor4d([1, 2, 3, 7, 8, 9], [2, 1, 1, 3]);
    const view2 = tf.tensor4d([4, 5, 6, 40, 50, 60, 10, 11, 12, 100, 110, 120], [2, 1, 2, 3]);
    const [x, , z] = pointPlanes(view1, view2).arraySync() as [number[][], number[][], number[][]];
    expect(x).toEqual([
      [1, 4, 40],
      [7, 10, 100],
    ]);
    expect(z).toEqual([
      [3, 6, 60],
      [9, 12, 120],
    ]);
  });

  it('takes planes back into pointmaps', () => {
    const views = [randomTensor<tf.Tensor4D>([2, 3, 4, 3], 1), randomTensor<tf.Tensor4D>([2, 5, 2, 3], 2)];
    const back = pointmapsOf(pointPlanes(...views), [
      [3, 4],
      [5, 2],
    ]);
    views.forEach((view, i) => {
      expectClose(back[i] as tf.Tensor, view, 0);
    });
  });

  it('measures distances to the origin, whose gradient at the origin is 0', () => {
    const points = tf.tensor3d([3, 0, 4, 0, 0, 0], [3, 1, 2]);
    expectClose(distancesToOrigin(points), [[5, 1e-18]]);
    const gradient = tf.grad((x: tf.Tensor) => distancesToOrigin(x as tf.Tensor3D).sum())(points);
    expectClose(gradient.reshape([3, 2]), [
      [0.6, 0],
      [0.8, 0],
      [0, 0],
    ]);
  });

  it('has the gradient that finite differences give', () => {
    expectGradient((x) => distancesToOrigin(x as tf.Tensor3D), randomTensor([3, 2, 5], 3).add(1));
  });
});
