import type { Pointmap } from './pointmap.ts';

export interface FocalOptions {
  /** 'weiszfeld' (default): the robust fit of DUSt3R section 3.3; 'median': the median of every pixel's own answer. */
  readonly mode?: 'weiszfeld' | 'median';
  /** [width / 2, height / 2] by default, as everywhere in the alignment. */
  readonly principalPx?: readonly [x: number, y: number];
  /** Bounds, in units of the focal length of a 60° field of view over the longer side. */
  readonly minFocal?: number;
  readonly maxFocal?: number;
}

/**
 * The focal length, in pixels, of the camera that a pointmap is seen from and expressed in (spec 5.4).
 * Values that are not finite are left out; without any usable pixel it throws.
 */
export function estimateFocal(pointmap: Omit<Pointmap, 'confidence'>, options: FocalOptions = {}): number {
  const { width, height, points } = pointmap;
  const { mode = 'weiszfeld', principalPx = [width / 2, height / 2], minFocal = 0, maxFocal = Infinity } = options;
  if (points.length !== 3 * width * height) {
    throw new RangeError(`estimateFocal: expected ${width}×${height}×3 values, got ${points.length}`);
  }
  const focal = mode === 'median' ? medianFocal(pointmap, principalPx) : weiszfeldFocal(pointmap, principalPx);
  if (Number.isNaN(focal)) throw new RangeError(`estimateFocal: no point of the ${width}×${height} pointmap is usable`);
  const base = Math.max(width, height) / (2 * Math.tan(Math.PI / 6));
  return Math.min(Math.max(focal, minFocal * base), maxFocal * base);
}

type Geometry = Omit<Pointmap, 'confidence'>;

/** The lower median, over both axes, of the focal length that each pixel asks for: u·z/x and v·z/y. */
function medianFocal({ width, points }: Geometry, [cx, cy]: readonly [number, number]): number {
  const votes = new Float64Array((points.length / 3) * 2);
  let count = 0;
  const vote = (focal: number) => {
    if (!Number.isNaN(focal)) votes[count++] = focal;
  };
  for (let i = 0; i < points.length / 3; i++) {
    const z = points[3 * i + 2] as number;
    vote((((i % width) - cx) * z) / (points[3 * i] as number));
    vote(((Math.floor(i / width) - cy) * z) / (points[3 * i + 1] as number));
  }
  return votes.subarray(0, count).sort()[(count - 1) >> 1] ?? Number.NaN;
}

const WEISZFELD_STEPS = 10;

/** min over f of Σ ‖u − f·(x, y)/z‖, by iteratively reweighted least squares from the unweighted solution. */
function weiszfeldFocal(pointmap: Geometry, principalPx: readonly [number, number]): number {
  const slopes = finiteSlopes(pointmap.points);
  let focal = weightedFocal(pointmap, slopes, { principalPx, current: undefined });
  for (let step = 0; step < WEISZFELD_STEPS; step++) {
    focal = weightedFocal(pointmap, slopes, { principalPx, current: focal });
  }
  return focal;
}

/** (x/z, y/z) of every point, with 0 for what is not finite: a slope of 0 has no say. */
function finiteSlopes(points: Float32Array): Float64Array {
  const slopes = new Float64Array((points.length / 3) * 2);
  for (let i = 0; i < slopes.length; i++) {
    const point = 3 * (i >> 1);
    const slope = (points[point + (i & 1)] as number) / (points[point + 2] as number);
    slopes[i] = Number.isFinite(slope) ? slope : 0;
  }
  return slopes;
}

/** One least-squares solution; each pixel weighs 1 / (its distance at the current focal length). */
function weightedFocal(
  { width }: Geometry,
  slopes: Float64Array,
  { principalPx: [cx, cy], current }: { principalPx: readonly [number, number]; current: number | undefined },
): number {
  let dot = 0;
  let square = 0;
  for (let i = 0; i < slopes.length / 2; i++) {
    const rx = slopes[2 * i] as number;
    const ry = slopes[2 * i + 1] as number;
    const u = (i % width) - cx;
    const v = Math.floor(i / width) - cy;
    const weight = current === undefined ? 1 : 1 / Math.max(Math.hypot(u - current * rx, v - current * ry), 1e-8);
    dot += weight * (rx * u + ry * v);
    square += weight * (rx * rx + ry * ry);
  }
  return dot / square;
}
