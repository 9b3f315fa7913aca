import type { PoseRow } from '#eval/report.ts';
import type { Matrix4 } from '#geometry/camera.ts';
import { composeTransforms, invertRigid, rotationDistanceRad, rotationOf, translationOf } from '#geometry/rigid.ts';

const degrees = 180 / Math.PI;

/** From the frame of camera 2 to that of camera 1: C1⁻¹ · C2 of camera-to-world poses. */
export function relativePose(camToWorld1: Matrix4, camToWorld2: Matrix4): Matrix4 {
  return composeTransforms(invertRigid(camToWorld1), camToWorld2);
}

/** The angle of R*ᵀR, from 0 to 180: e_R of the PoseDiffusion protocol (spec 7.4). */
export function rotationErrorDeg(estimate: Matrix4, truth: Matrix4): number {
  return degrees * rotationDistanceRad(rotationOf(estimate), rotationOf(truth));
}

/** The angle between two vectors [3], from 0 to 180; 90 where one of them is 0 and has no direction. */
export function directionErrorDeg(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [ax, ay, az, bx, by, bz] = [a[0], a[1], a[2], b[0], b[1], b[2]] as Numbers6;
  const dot = ax * bx + ay * by + az * bz;
  const cross = Math.hypot(ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx);
  return dot === 0 && cross === 0 ? 90 : degrees * Math.atan2(cross, dot);
}

type Numbers6 = [number, number, number, number, number, number];

/** Of a pair without an estimate: nothing can be worse. */
const failed = { failed: true, rotationDeg: 180 };

/**
 * The errors of a pair's relative pose (PoseDiffusion, Wang et al. 2023; spec 7.4): e_R = ∠(R*ᵀR), and e_t = the angle
 * between the directions from camera 1 to camera 2 in the frame of camera 1, by the field's rule min(e, 180° − e), since
 * the essential matrices of classical methods leave the sign open; the signed angle is given beside it.
 * @param hasDirection false where the true baseline is too small to have one: there is no translation error then
 */
export function poseRow(estimate: Matrix4 | undefined, truth: Matrix4, hasDirection: boolean): PoseRow {
  if (!estimate?.every(Number.isFinite)) {
    const translation = hasDirection ? [90, 180] : [null, null];
    return { ...failed, translationDeg: translation[0] ?? null, translationSignedDeg: translation[1] ?? null };
  }
  const signed = hasDirection ? directionErrorDeg(translationOf(estimate), translationOf(truth)) : null;
  return {
    failed: false,
    rotationDeg: rotationErrorDeg(estimate, truth),
    translationDeg: signed === null ? null : Math.min(signed, 180 - signed),
    translationSignedDeg: signed,
  };
}
