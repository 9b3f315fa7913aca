import type { Matrix4 } from '#geometry/camera.ts';
import { invertRigid, transformPoints } from '#geometry/rigid.ts';

/**
 * World points of both views of a pair into the first view's camera frame, in which the losses compare (spec 2.2,
 * step 1; pitfall 22). Computed in float64, since points far from the world's origin lose their digits in float32.
 * @param worldPoints1 [H, W, 3] of view 1
 * @param worldPoints2 [H, W, 3] of view 2
 */
export function truthInFirstCamera(
  worldPoints1: Float32Array,
  worldPoints2: Float32Array,
  camToWorld1: Matrix4,
): readonly [points1: Float32Array, points2: Float32Array] {
  const worldToCam1 = invertRigid(camToWorld1);
  return [transformPoints(worldToCam1, worldPoints1), transformPoints(worldToCam1, worldPoints2)];
}
