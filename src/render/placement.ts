import type { Matrix4 } from '#geometry/camera.ts';
import { composeTransforms } from '#geometry/rigid.ts';
import type { Vector } from './vector.ts';

export function translation([x, y, z]: Vector): Matrix4 {
  return Float64Array.of(1, 0, 0, x, 0, 1, 0, y, 0, 0, 1, z, 0, 0, 0, 1);
}

export function scaling([x, y, z]: Vector): Matrix4 {
  return Float64Array.of(x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0, 0, 0, 0, 1);
}

/** A turn about the vertical axis y, in radians; z goes towards x. */
export function turn(angleRad: number): Matrix4 {
  const c = Math.cos(angleRad);
  const s = Math.sin(angleRad);
  return Float64Array.of(c, 0, s, 0, 0, 1, 0, 0, -s, 0, c, 0, 0, 0, 0, 1);
}

/** A turn about a horizontal axis x, in radians; y goes towards z. */
export function tilt(angleRad: number): Matrix4 {
  const c = Math.cos(angleRad);
  const s = Math.sin(angleRad);
  return Float64Array.of(1, 0, 0, 0, 0, c, -s, 0, 0, s, c, 0, 0, 0, 0, 1);
}

/** The steps as one transform; the first is applied first. */
export function inOrder(...steps: readonly Matrix4[]): Matrix4 {
  return steps.reduce((done, step) => composeTransforms(step, done));
}
