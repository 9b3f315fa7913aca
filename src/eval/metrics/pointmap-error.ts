import type { PointArray } from '#geometry/rigid.ts';
import { median } from './statistics.ts';

/** Points that correspond, [P, 3] each: of both views in the frame of camera 1, those of view 1 first. */
export interface PointMatches {
  readonly estimate: Float64Array;
  readonly truth: Float64Array;
  /** How many of them are of view 1. */
  readonly ofView1: number;
  /** [P], where the method tells it. */
  readonly confidence?: Float32Array;
}

export interface PointErrors {
  /** [P]: as parts of the median distance of the true points to camera 1. */
  readonly errors: Float64Array;
  /** That distance, in the truth's unit. */
  readonly unit: number;
}

/**
 * The scale-invariant error of every point, ‖x̂/m̂ − x/m‖, where m is the median distance of the points of both views to
 * camera 1: both clouds are brought to one size by their medians and nothing else is aligned (DUSt3R's regression error,
 * eq. 2 to 4 and spec 2.2, with the median, which outliers do not move, in place of the mean).
 * @returns undefined where there is no point, or all of them lie in the camera
 */
export function pointErrors({ estimate, truth }: PointMatches): PointErrors | undefined {
  const unit = medianDistance(truth);
  const size = medianDistance(estimate);
  if (!(unit > 0 && size > 0)) return undefined;
  const errors = new Float64Array(truth.length / 3);
  for (let i = 0, at = 0; i < errors.length; i++, at += 3) {
    const x = (estimate[at] as number) / size - (truth[at] as number) / unit;
    const y = (estimate[at + 1] as number) / size - (truth[at + 1] as number) / unit;
    const z = (estimate[at + 2] as number) / size - (truth[at + 2] as number) / unit;
    errors[i] = Math.sqrt(x * x + y * y + z * z);
  }
  return { errors, unit };
}

/** Of points [P, 3] to the origin; 0 of nothing. */
function medianDistance(points: PointArray): number {
  const distances = new Float64Array(points.length / 3);
  for (let i = 0; i < distances.length; i++) {
    const x = points[3 * i] as number;
    const y = points[3 * i + 1] as number;
    const z = points[3 * i + 2] as number;
    distances[i] = Math.sqrt(x * x + y * y + z * z);
  }
  return median(distances) ?? 0;
}
