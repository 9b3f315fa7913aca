import type { Matrix4 } from './camera.ts';
import type { Sightings } from './pose-refine.ts';

/** Squared distance, in pixels, of where a pose (worldToCam) sees point i from where it was seen; infinite behind it. */
function squareErrorPx({ points, rays, focalPx }: Sightings, pose: Matrix4, i: number): number {
  const X = points[3 * i] as number;
  const Y = points[3 * i + 1] as number;
  const Z = points[3 * i + 2] as number;
  const z = (pose[8] as number) * X + (pose[9] as number) * Y + (pose[10] as number) * Z + (pose[11] as number);
  if (!(z > 0)) return Number.POSITIVE_INFINITY;
  const x = (pose[0] as number) * X + (pose[1] as number) * Y + (pose[2] as number) * Z + (pose[3] as number);
  const y = (pose[4] as number) * X + (pose[5] as number) * Y + (pose[6] as number) * Z + (pose[7] as number);
  const dx = focalPx[0] * (x / z - (rays[2 * i] as number));
  const dy = focalPx[1] * (y / z - (rays[2 * i + 1] as number));
  return dx * dx + dy * dy;
}

/** The sum of squared errors, none counted above the threshold's; stops early, with a lower bound, above `limit`. */
export function truncatedCost(sightings: Sightings, pose: Matrix4, thresholdPx: number, limit: number): number {
  const most = thresholdPx * thresholdPx;
  let cost = 0;
  const count = sightings.rays.length / 2;
  for (let i = 0; i < count && cost < limit; i++) {
    cost += Math.min(squareErrorPx(sightings, pose, i), most);
  }
  return cost;
}

export interface Inliers {
  readonly inliers: Uint32Array;
  /** Root mean square. */
  readonly errorPx: number;
}

export function findInliers(sightings: Sightings, pose: Matrix4, thresholdPx: number): Inliers {
  const inliers = new Uint32Array(sightings.rays.length / 2);
  let count = 0;
  let sum = 0;
  const most = thresholdPx * thresholdPx;
  for (let i = 0; i < inliers.length; i++) {
    const square = squareErrorPx(sightings, pose, i);
    if (square > most) continue;
    inliers[count++] = i;
    sum += square;
  }
  return { inliers: inliers.subarray(0, count), errorPx: Math.sqrt(sum / Math.max(count, 1)) };
}
