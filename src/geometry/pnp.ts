import type { Matrix4 } from './camera.ts';
import { type PoseObjective, refinePose, type Sightings } from './pose-refine.ts';
import { searchPose } from './pose-search.ts';
import { findInliers } from './reprojection.ts';
import { invertRigid, multiplyVector3, type PointArray, rigidTransform, rotationOf, translationOf } from './rigid.ts';
import { svd3 } from './svd3.ts';

/** Where points of the world appear in a calibrated image. Correspondences that are not finite are left out. */
export interface PnpProblem {
  /** [P, 3] */
  readonly points: PointArray;
  /** [P, 2] */
  readonly pixels: PointArray;
  readonly focalPx: readonly [x: number, y: number];
  readonly principalPx: readonly [x: number, y: number];
}

export interface PnpOptions {
  /** How far from its pixel an inlier may project (default 5). */
  readonly thresholdPx?: number;
  /** The wanted probability that a triple without outliers was tried (default 0.9999). */
  readonly confidence?: number;
  readonly minTrials?: number;
  readonly maxTrials?: number;
  readonly seed?: number;
  /** What the final pose minimises over the inliers (default 'object-space', as the original's SQPNP). */
  readonly objective?: PoseObjective;
}

export interface PnpPose {
  readonly camToWorld: Matrix4;
  /** Indices into the problem's points, rising. */
  readonly inliers: Uint32Array;
  /** Root mean square over the inliers. */
  readonly reprojectionErrorPx: number;
}

const DEFAULTS = {
  thresholdPx: 5,
  confidence: 0.9999,
  minTrials: 100,
  maxTrials: 5000,
  seed: 0,
  objective: 'object-space',
} as const satisfies Required<PnpOptions>;

const MIN_POINTS = 4;
const MAX_ROUNDS = 3;

/**
 * The pose of a camera from points of the world and their pixels, against outliers: RANSAC over P3P (truncated squared
 * errors, every new best locally optimised), then Levenberg-Marquardt over all inliers until they no longer change.
 * The same input gives the same pose. Nothing when fewer than four points are usable, when they lie on one line, or when
 * no pose explains more of them than chance would.
 */
export function solvePnp(problem: PnpProblem, options: PnpOptions = {}): PnpPose | undefined {
  const settings = { ...DEFAULTS, ...options };
  const usable = finiteCorrespondences(problem);
  const frame = usable.length >= MIN_POINTS ? centredFrame(problem.points, usable) : undefined;
  if (frame === undefined) return undefined;
  const sightings = takeSightings(problem, usable, frame);
  const guess = searchPose(sightings, settings);
  const found = guess && settle(sightings, guess, settings);
  if (found === undefined || !isTrustworthy(sightings, found.inliers, settings.thresholdPx)) return undefined;
  return {
    camToWorld: invertRigid(leaveFrame(found.pose, frame)),
    inliers: found.inliers.map((i) => usable[i] as number),
    reprojectionErrorPx: found.errorPx,
  };
}

type Settings = Required<PnpOptions>;

function finiteCorrespondences({ points, pixels }: PnpProblem): Uint32Array {
  const count = points.length / 3;
  if (!Number.isInteger(count) || pixels.length !== 2 * count) {
    throw new RangeError(
      `solvePnp: expected points [P, 3] and pixels [P, 2], got ${points.length} and ${pixels.length} values`,
    );
  }
  const finite = new Uint32Array(count);
  let found = 0;
  for (let i = 0; i < count; i++) {
    const point = (points[3 * i] as number) + (points[3 * i + 1] as number) + (points[3 * i + 2] as number);
    if (Number.isFinite(point + (pixels[2 * i] as number) + (pixels[2 * i + 1] as number))) finite[found++] = i;
  }
  return finite.subarray(0, found);
}

/** The frame in which the solvers work, where the points are about 0 and of size 1 and equations well conditioned. */
interface Frame {
  readonly centre: Float64Array;
  readonly size: number;
}

/** Medians over a part of the points, which neither outliers nor large inputs disturb; nothing for coincident points. */
function centredFrame(points: PointArray, usable: Uint32Array): Frame | undefined {
  const step = Math.ceil(usable.length / 1000);
  const sample = usable.filter((_, i) => i % step === 0);
  const median = (values: Float64Array) => values.sort()[values.length >> 1] as number;
  const coordinates = (axis: number) => Float64Array.from(sample, (i) => points[3 * i + axis] as number);
  const centre = Float64Array.from([0, 1, 2], (axis) => median(coordinates(axis)));
  const distances = Float64Array.from(sample, (i) =>
    Math.hypot(...[0, 1, 2].map((axis) => (points[3 * i + axis] as number) - (centre[axis] as number))),
  );
  const size = median(distances);
  return size > 0 ? { centre, size } : undefined;
}

function takeSightings(problem: PnpProblem, usable: Uint32Array, { centre, size }: Frame): Sightings {
  const points = new Float64Array(3 * usable.length);
  const rays = new Float64Array(2 * usable.length);
  for (const [to, from] of usable.entries()) {
    for (let k = 0; k < 3; k++) {
      points[3 * to + k] = ((problem.points[3 * from + k] as number) - (centre[k] as number)) / size;
    }
    for (const k of [0, 1] as const) {
      rays[2 * to + k] = ((problem.pixels[2 * from + k] as number) - problem.principalPx[k]) / problem.focalPx[k];
    }
  }
  return { points, rays, focalPx: problem.focalPx };
}

/** R·(X − c)/s + t, scaled by s, is R·X + (s·t − R·c). */
function leaveFrame(pose: Matrix4, { centre, size }: Frame): Matrix4 {
  const rotation = rotationOf(pose);
  const turned = multiplyVector3(rotation, centre);
  return rigidTransform(
    rotation,
    translationOf(pose).map((t, k) => size * t - (turned[k] as number)),
  );
}

interface Settled {
  readonly pose: Matrix4;
  readonly inliers: Uint32Array;
  readonly errorPx: number;
}

/** Refines over the inliers and chooses these anew, in turns. */
function settle(sightings: Sightings, guess: Matrix4, { thresholdPx, objective }: Settings): Settled | undefined {
  let pose = guess;
  let { inliers, errorPx } = findInliers(sightings, pose, thresholdPx);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (inliers.length < MIN_POINTS) return undefined;
    const refined = refinePose(sightings, inliers, { start: pose, objective });
    if (refined === undefined) return undefined;
    const before = inliers;
    pose = refined;
    ({ inliers, errorPx } = findInliers(sightings, pose, thresholdPx));
    if (inliers.length === before.length && inliers.every((index, i) => index === before[i])) break;
  }
  return { pose, inliers, errorPx };
}

/** Whether the inliers are more than chance gives and determine a pose. */
function isTrustworthy({ points, rays, focalPx }: Sightings, inliers: Uint32Array, thresholdPx: number): boolean {
  const count = rays.length / 2;
  const areaPx = extent(rays, 0) * focalPx[0] * extent(rays, 1) * focalPx[1];
  const byChance = count * Math.min(0.5, (Math.PI * thresholdPx ** 2) / areaPx);
  // Three always fit, a fourth may; beyond these, five standard deviations over what falls within the threshold anyway.
  const needed = Math.min(count, 5 + byChance + 5 * Math.sqrt(byChance));
  return inliers.length >= Math.max(MIN_POINTS, needed) && spansPlane(points, inliers);
}

function extent(rays: Float64Array, axis: 0 | 1): number {
  let [low, high] = [Infinity, -Infinity];
  for (let i = axis; i < rays.length; i += 2) {
    low = Math.min(low, rays[i] as number);
    high = Math.max(high, rays[i] as number);
  }
  return high - low;
}

/** False for points on a line, about which the camera could turn freely. */
function spansPlane(points: Float64Array, selection: Uint32Array): boolean {
  const chosen = Float64Array.from({ length: 3 * selection.length }, (_, i) => {
    return points[3 * (selection[Math.floor(i / 3)] as number) + (i % 3)] as number;
  });
  const [first, second] = svd3(covariance(chosen)).S as unknown as [number, number];
  return second > 1e-10 * first;
}

function covariance(points: Float64Array): Float64Array {
  const count = points.length / 3;
  const mean = [0, 0, 0];
  for (let i = 0; i < points.length; i++) mean[i % 3] = (mean[i % 3] as number) + (points[i] as number) / count;
  const sums = new Float64Array(9);
  for (let i = 0; i < points.length; i += 3) {
    for (let k = 0; k < 9; k++) {
      const [row, column] = [Math.floor(k / 3), k % 3];
      const deviation = (points[i + row] as number) - (mean[row] as number);
      sums[k] = (sums[k] as number) + deviation * ((points[i + column] as number) - (mean[column] as number));
    }
  }
  return sums;
}
