import type { Quaternion } from './quaternion.ts';

/** A rotation as its axis times half its angle: the logarithm of its unit quaternion. */
type HalfTurn = readonly [x: number, y: number, z: number];

/** The unit quaternion of a rotation by `angle` (radians) round an axis, given as axis · angle. */
export function axisAngleToQuaternion([x, y, z]: readonly [x: number, y: number, z: number]): Quaternion {
  return exponential([x / 2, y / 2, z / 2]);
}

/** A rotation at a time. */
export interface RotationKey {
  readonly time: number;
  /** Of length 1. */
  readonly rotation: Quaternion;
}

/**
 * The rotation at a time between the second and the third of four keys, smooth in its speed across keys: Shoemake's
 * spherical quadrangle, for keys that are not equally spaced in time. At an end of the keys, where a neighbour is missing,
 * the curve leaves its key straight.
 * @param keys at increasing times
 */
export function squad(
  keys: readonly [before: RotationKey | undefined, from: RotationKey, to: RotationKey, after: RotationKey | undefined],
  time: number,
): Quaternion {
  const [, from, to] = keys;
  const span = to.time - from.time;
  const part = (time - from.time) / span;
  const start = from.rotation;
  const end = nearer(start, to.rotation);
  const step = between(start, end);
  const before = keys[0] && scale(between(nearer(start, keys[0].rotation), start), span / (from.time - keys[0].time));
  const after = keys[3] && scale(between(end, nearer(end, keys[3].rotation)), span / (keys[3].time - to.time));
  const leaving = before ? multiply(start, exponential(scale(subtract(before, step), 1 / 4))) : start;
  const arriving = after ? multiply(end, exponential(scale(subtract(step, after), 1 / 4))) : end;
  return slerp(slerp(start, end, part), slerp(leaving, arriving, part), 2 * part * (1 - part));
}

/** Along the great circle, the shorter way. */
export function slerp(from: Quaternion, to: Quaternion, part: number): Quaternion {
  return multiply(from, exponential(scale(between(from, nearer(from, to)), part)));
}

/** Of the two quaternions of a rotation the one on the same side as another. */
function nearer(to: Quaternion, [x, y, z, w]: Quaternion): Quaternion {
  return to[0] * x + to[1] * y + to[2] * z + to[3] * w < 0 ? [-x, -y, -z, -w] : [x, y, z, w];
}

function between([x, y, z, w]: Quaternion, to: Quaternion): HalfTurn {
  return logarithm(multiply([-x, -y, -z, w], to));
}

function multiply([ax, ay, az, aw]: Quaternion, [bx, by, bz, bw]: Quaternion): Quaternion {
  return [
    aw * bx + ax * bw + ay * bz - az * by,
    aw * by - ax * bz + ay * bw + az * bx,
    aw * bz + ax * by - ay * bx + az * bw,
    aw * bw - ax * bx - ay * by - az * bz,
  ];
}

function exponential([x, y, z]: HalfTurn): Quaternion {
  const angle = Math.hypot(x, y, z);
  const factor = angle < 1e-12 ? 1 : Math.sin(angle) / angle;
  return [x * factor, y * factor, z * factor, Math.cos(angle)];
}

function logarithm([x, y, z, w]: Quaternion): HalfTurn {
  const sine = Math.hypot(x, y, z);
  const factor = sine < 1e-12 ? 1 : Math.atan2(sine, w) / sine;
  return [x * factor, y * factor, z * factor];
}

function scale([x, y, z]: HalfTurn, factor: number): HalfTurn {
  return [x * factor, y * factor, z * factor];
}

function subtract(a: HalfTurn, b: HalfTurn): HalfTurn {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}
