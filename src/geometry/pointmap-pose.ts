import type { Matrix4 } from './camera.ts';
import { type PnpOptions, type PnpProblem, solvePnp } from './pnp.ts';
import type { Pointmap } from './pointmap.ts';

export interface PointmapPoseOptions extends PnpOptions {
  /** In pixels; when unknown, 21 focal lengths from half to three times the longer side are tried. */
  readonly focalPx?: number | undefined;
  /** [width / 2, height / 2] by default. */
  readonly principalPx?: readonly [x: number, y: number];
  /** Which pixels to use: [H, W], true or not 0. All by default. */
  readonly mask?: ArrayLike<unknown>;
}

export interface PointmapPose {
  readonly focalPx: number;
  /** From the frame of the camera that sees the pointmap to the frame in which its points are. */
  readonly camToWorld: Matrix4;
  readonly inlierCount: number;
  readonly reprojectionErrorPx: number;
}

/**
 * Where a pointmap was seen from, in the frame that its points are in (spec 6.5 `fast_pnp`): every pixel is one 2D-3D
 * correspondence. Nothing when there is no such pose; see `solvePnp`.
 */
export function solvePointmapPose(
  pointmap: Omit<Pointmap, 'confidence'>,
  options: PointmapPoseOptions = {},
): PointmapPose | undefined {
  const { width, height } = pointmap;
  const { principalPx = [width / 2, height / 2], mask, ...rest } = options;
  const seen = collectPixels(pointmap, mask);
  const focalPx = options.focalPx ?? searchFocal(seen, { principalPx, size: Math.max(width, height), pnp: rest });
  return focalPx === undefined ? undefined : poseWithFocal({ ...seen, principalPx }, focalPx, rest);
}

type Seen = Pick<PnpProblem, 'points' | 'pixels'>;

function collectPixels({ width, height, points }: Omit<Pointmap, 'confidence'>, mask?: ArrayLike<unknown>): Seen {
  const count = width * height;
  if (points.length !== 3 * count || (mask && mask.length !== count)) {
    const sizes = `${points.length} values and a mask of ${mask?.length ?? 'none'}`;
    throw new RangeError(`solvePointmapPose: expected points and mask of ${width}×${height} pixels, got ${sizes}`);
  }
  const seen = { points: new Float64Array(3 * count), pixels: new Float64Array(2 * count) };
  let used = 0;
  for (let i = 0; i < count; i++) {
    if (mask && !mask[i]) continue;
    for (let k = 0; k < 3; k++) seen.points[3 * used + k] = points[3 * i + k] as number;
    seen.pixels[2 * used] = i % width;
    seen.pixels[2 * used + 1] = Math.floor(i / width);
    used++;
  }
  return { points: seen.points.subarray(0, 3 * used), pixels: seen.pixels.subarray(0, 2 * used) };
}

function poseWithFocal(seen: Omit<PnpProblem, 'focalPx'>, focalPx: number, pnp: PnpOptions): PointmapPose | undefined {
  const pose = solvePnp({ ...seen, focalPx: [focalPx, focalPx] }, pnp);
  return (
    pose && {
      focalPx,
      camToWorld: pose.camToWorld,
      inlierCount: pose.inliers.length,
      reprojectionErrorPx: pose.reprojectionErrorPx,
    }
  );
}

const FOCAL_TRIALS = 21;
/** Focal lengths are compared on about this many pixels, and a wrong one is not worth many trials. */
const FOCAL_SAMPLE = 2000;
const TRIALS_PER_FOCAL = 200;

interface FocalSearch {
  readonly principalPx: readonly [x: number, y: number];
  /** The longer side of the image. */
  readonly size: number;
  readonly pnp: PnpOptions;
}

/** The focal length, of a geometric series, whose pose has the most inliers, and the closest ones among equals. */
function searchFocal(seen: Seen, { principalPx, size, pnp }: FocalSearch): number | undefined {
  const sample = { ...thin(seen, Math.ceil(seen.pixels.length / 2 / FOCAL_SAMPLE)), principalPx };
  const focals = Array.from({ length: FOCAL_TRIALS }, (_, k) => (size / 2) * 6 ** (k / (FOCAL_TRIALS - 1)));
  const settings = { ...pnp, minTrials: TRIALS_PER_FOCAL, maxTrials: TRIALS_PER_FOCAL };
  const poses = focals.flatMap((focal) => poseWithFocal(sample, focal, settings) ?? []);
  poses.sort((a, b) => b.inlierCount - a.inlierCount || a.reprojectionErrorPx - b.reprojectionErrorPx);
  return poses[0]?.focalPx;
}

/** Every `step`-th correspondence. */
function thin({ points, pixels }: Seen, step: number): Seen {
  return {
    points: points.filter((_, i) => Math.floor(i / 3) % step === 0),
    pixels: pixels.filter((_, i) => Math.floor(i / 2) % step === 0),
  };
}
