import type { Matrix3 } from './rigid.ts';

/** Real part last: [x, y, z, w], as in roma and scipy. COLMAP writes w first. */
export type Quaternion = readonly [x: number, y: number, z: number, w: number];

/** The rotation of a quaternion of any length but 0 (spec 10.5). */
export function quaternionToRotation(quaternion: Quaternion): Matrix3 {
  const [x, y, z, w] = normalize(quaternion);
  return Float64Array.of(
    x * x - y * y - z * z + w * w,
    2 * (x * y - z * w),
    2 * (x * z + y * w),
    2 * (x * y + z * w),
    -x * x + y * y - z * z + w * w,
    2 * (y * z - x * w),
    2 * (x * z - y * w),
    2 * (y * z + x * w),
    -x * x - y * y + z * z + w * w,
  );
}

/** The unit quaternion of a rotation. It divides by the largest component, so no rotation is ill-conditioned. */
export function rotationToQuaternion(rotation: Matrix3): Quaternion {
  const at = (row: number, column: number) => rotation[3 * row + column] as number;
  const trace = at(0, 0) + at(1, 1) + at(2, 2);
  const choices = [at(0, 0), at(1, 1), at(2, 2), trace];
  const largest = choices.indexOf(Math.max(...choices));
  if (largest === 3) {
    return normalize([at(2, 1) - at(1, 2), at(0, 2) - at(2, 0), at(1, 0) - at(0, 1), 1 + trace]);
  }
  const [i, j, k] = [largest, (largest + 1) % 3, (largest + 2) % 3];
  const quaternion: [number, number, number, number] = [0, 0, 0, at(k, j) - at(j, k)];
  quaternion[i] = 1 - trace + 2 * at(i, i);
  quaternion[j] = at(j, i) + at(i, j);
  quaternion[k] = at(k, i) + at(i, k);
  return normalize(quaternion);
}

function normalize([x, y, z, w]: Quaternion): Quaternion {
  const length = Math.hypot(x, y, z, w);
  if (!(length > 0 && length < Infinity)) {
    throw new RangeError(`quaternion: expected a finite length above 0, got [${x}, ${y}, ${z}, ${w}]`);
  }
  return [x / length, y / length, z / length, w / length];
}
