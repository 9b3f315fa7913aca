import type { Camera, Matrix4 } from '#geometry/camera.ts';
import { composeTransforms, invertRigid, type PointArray } from '#geometry/rigid.ts';

/** K · [R | t], row by row: it takes a point to (u·z, v·z, z) of a view. */
export type ViewProjection = Float64Array;

/** From the world into a view, or from the frame of another camera, given where that camera stands. */
export function viewProjection({ camToWorld, focalPx, principalPx }: Camera, fromToWorld?: Matrix4): ViewProjection {
  const toCam = invertRigid(camToWorld);
  const moved = fromToWorld ? composeTransforms(toCam, fromToWorld) : toCam;
  const projection = moved.slice(0, 12);
  for (let k = 0; k < 4; k++) {
    const z = moved[8 + k] as number;
    projection[k] = focalPx[0] * (moved[k] as number) + principalPx[0] * z;
    projection[4 + k] = focalPx[1] * (moved[4 + k] as number) + principalPx[1] * z;
  }
  return projection;
}

/** Points [P, 3] → [P, 3] of column, row and depth; column and row mean something where the depth is positive. */
export function projectInto(projection: ViewProjection, points: PointArray): Float64Array {
  // Not destructured: through the iterator of a typed array that would take longer than a few points do.
  const m0 = projection[0] as number;
  const m1 = projection[1] as number;
  const m2 = projection[2] as number;
  const m3 = projection[3] as number;
  const m4 = projection[4] as number;
  const m5 = projection[5] as number;
  const m6 = projection[6] as number;
  const m7 = projection[7] as number;
  const m8 = projection[8] as number;
  const m9 = projection[9] as number;
  const m10 = projection[10] as number;
  const m11 = projection[11] as number;
  const projected = new Float64Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    const x = points[i] as number;
    const y = points[i + 1] as number;
    const z = points[i + 2] as number;
    const depth = m8 * x + m9 * y + m10 * z + m11;
    projected[i] = (m0 * x + m1 * y + m2 * z + m3) / depth;
    projected[i + 1] = (m4 * x + m5 * y + m6 * z + m7) / depth;
    projected[i + 2] = depth;
  }
  return projected;
}
