import type { Matrix4 } from '#geometry/camera.ts';
import { procrustes, similarityTransform } from '#geometry/procrustes.ts';
import { transformPoints, translationOf } from '#geometry/rigid.ts';

export interface TrajectoryError {
  /** How many views were placed. */
  readonly registered: number;
  /** In the truth's unit; null where fewer than three views were placed, which any trajectory fits. */
  readonly ate: number | null;
  /** As a part of the trajectory's extent; null also where that is 0. */
  readonly relativeAte: number | null;
}

/**
 * The absolute trajectory error (Sturm et al. 2012): the root mean square distance of camera centres after the
 * similarity that fits the estimated ones to the true ones best (Umeyama 1991), over the views that were placed.
 */
export function trajectoryError(
  estimates: readonly (Matrix4 | undefined)[],
  truths: readonly Matrix4[],
): TrajectoryError {
  const placed = estimates.flatMap((pose, i) => (pose?.every(Number.isFinite) ? [{ pose, at: i }] : []));
  if (placed.length < 3) return { registered: placed.length, ate: null, relativeAte: null };
  const source = centres(placed.map(({ pose }) => pose));
  const target = centres(placed.map(({ at }) => truths[at] as Matrix4));
  const aligned = transformPoints(similarityTransform(procrustes(source, target)), source);
  let squares = 0;
  for (let i = 0; i < aligned.length; i++) squares += ((aligned[i] as number) - (target[i] as number)) ** 2;
  const ate = Math.sqrt(squares / placed.length);
  const extent = trajectoryExtent(truths);
  return { registered: placed.length, ate, relativeAte: extent > 0 ? ate / extent : null };
}

/** The largest distance of two camera centres, in the truth's unit. */
export function trajectoryExtent(poses: readonly Matrix4[]): number {
  const points = poses.map(translationOf);
  let largest = 0;
  for (const a of points)
    for (const b of points) largest = Math.max(largest, Math.hypot(...a.map((value, k) => value - (b[k] as number))));
  return largest;
}

/** [P, 3] */
function centres(poses: readonly Matrix4[]): Float64Array {
  return Float64Array.from(poses.flatMap((pose) => [...translationOf(pose)]));
}
