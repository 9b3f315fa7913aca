import { type Quaternion, quaternionToRotation, rotationToQuaternion } from '#geometry/quaternion.ts';
import type { Matrix3 } from '#geometry/rigid.ts';

// How the optimiser sees a scene (spec 6.1): the numbers that Adam moves, laid out as the reference lays them out. The
// learning rates are meant for these scalings: 20·ln f, offsets of the principal point in tens of pixels, log-depths.

/** A focal length of f pixels is 20·ln f. */
export const FOCAL_SCALE = 20;
/** A principal point is (W/2, H/2) + 10·v. */
export const PRINCIPAL_SCALE = 10;
/** An adaptor of a pair stretches its axes by exp(a/20). */
export const ADAPTOR_SCALE = 20;

/** [qx, qy, qz, qw, tx, ty, tz] with the signed logarithm of the translation, then ln scale for a pair. */
export type PoseParameters = Float64Array;

/** t = sign(T)·ln(1 + |T|): far cameras move in larger steps. */
function signedLog(value: number): number {
  return Math.sign(value) * Math.log1p(Math.abs(value));
}

/** T = sign(t)·(e^|t| − 1) */
function signedExp(value: number): number {
  return Math.sign(value) * Math.expm1(Math.abs(value));
}

/** dT/dt, which is 0 at exactly 0, as in the reference: an image that stands at the origin stays there (pitfall 31). */
function signedExpSlope(value: number): number {
  return value === 0 ? 0 : Math.exp(Math.abs(value));
}

/** Writes a rotation and a translation into the first seven numbers. */
export function encodePose(out: PoseParameters, rotation: Matrix3, translation: ArrayLike<number>): void {
  out.set(rotationToQuaternion(rotation));
  for (let k = 0; k < 3; k++) out[4 + k] = signedLog(translation[k] as number);
}

/** [R | T] row by row, 12 numbers. */
export function decodePose(pose: PoseParameters): Float64Array {
  const rotation = quaternionToRotation(quaternionOf(pose));
  const out = new Float64Array(12);
  for (let row = 0; row < 3; row++) {
    for (let k = 0; k < 3; k++) out[4 * row + k] = rotation[3 * row + k] as number;
    out[4 * row + 3] = signedExp(pose[4 + row] as number);
  }
  return out;
}

/** Turns the gradient with respect to [R | T] into the one with respect to the seven numbers, added to `out`. */
export function addPoseGradient(out: Float64Array, pose: PoseParameters, gradient: ArrayLike<number>): void {
  const byQuaternion = rotationGradient(quaternionOf(pose), gradient);
  for (let k = 0; k < 4; k++) out[k] = (out[k] as number) + (byQuaternion[k] as number);
  for (let k = 0; k < 3; k++) {
    const slope = signedExpSlope(pose[4 + k] as number);
    out[4 + k] = (out[4 + k] as number) + slope * (gradient[4 * k + 3] as number);
  }
}

function quaternionOf(pose: PoseParameters): Quaternion {
  return [pose[0] as number, pose[1] as number, pose[2] as number, pose[3] as number];
}

/** The gradient of R(q/‖q‖) with respect to q; `gradient` holds that of R in its first three columns of four. */
function rotationGradient(quaternion: Quaternion, gradient: ArrayLike<number>): readonly number[] {
  const length = Math.hypot(...quaternion);
  const [x, y, z, w] = quaternion.map((value) => value / length) as unknown as Quaternion;
  const g = (row: number, column: number) => gradient[4 * row + column] as number;
  const symmetric = (i: number, j: number) => g(i, j) + g(j, i);
  const [sxy, sxz, syz] = [symmetric(0, 1), symmetric(0, 2), symmetric(1, 2)];
  const [ax, ay, az] = [g(2, 1) - g(1, 2), g(0, 2) - g(2, 0), g(1, 0) - g(0, 1)];
  const [xx, yy, zz] = [g(0, 0), g(1, 1), g(2, 2)];
  const unit = [
    2 * (x * (xx - yy - zz) + y * sxy + z * sxz + w * ax),
    2 * (y * (yy - xx - zz) + x * sxy + z * syz + w * ay),
    2 * (z * (zz - xx - yy) + x * sxz + y * syz + w * az),
    2 * (w * (xx + yy + zz) + x * ax + y * ay + z * az),
  ];
  // The length of q changes nothing: the part along q falls away.
  const along = unit.reduce((sum, value, k) => sum + value * ([x, y, z, w][k] as number), 0);
  return unit.map((value, k) => (value - along * ([x, y, z, w][k] as number)) / length);
}
