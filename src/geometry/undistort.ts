import type { Camera } from './camera.ts';
import { type Distortion, distort, undistort, validRadius } from './distortion.ts';

/** A camera without its place. Pixel centres are at integers. */
export type Lens = Pick<Camera, 'width' | 'height' | 'focalPx' | 'principalPx'>;

/** Of an output pixel, where in the source image its value comes from; `remapImage` of image/ takes it. */
export interface SamplingMap {
  readonly width: number;
  readonly height: number;
  /** [H, W]: column and row; NaN where the source shows nothing. */
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** Points along each side that stand for the image's edges. */
const gridSide = 9;

/**
 * The pinhole camera that takes a distorting lens' place, with its principal point in the image's centre: OpenCV's
 * `getOptimalNewCameraMatrix(…, alpha, size, centerPrincipalPoint = true)`.
 * @param alpha 0: it shows nothing that the lens did not see; 1: all that the lens saw; or between
 * @param size of its image
 * @throws RangeError if the lens' distortion has no inverse at the edges
 */
export function centredLens(
  lens: Lens,
  distortion: Distortion,
  alpha: number,
  { width, height }: Pick<Lens, 'width' | 'height'> = lens,
): Lens {
  const { focalPx, principalPx } = lens;
  const { inner, outer } = straightEdges(lens, distortion);
  const centre = [(width - 1) / 2, (height - 1) / 2] as const;
  const factors = (edges: Edges) => [
    centre[0] / (principalPx[0] - edges.left),
    centre[1] / (principalPx[1] - edges.top),
    centre[0] / (edges.right - principalPx[0]),
    centre[1] / (edges.bottom - principalPx[1]),
  ];
  const [within, around] = [factors(inner), factors(outer)];
  if (![...within, ...around].every((factor) => factor > 0 && factor < Number.POSITIVE_INFINITY))
    throw new RangeError(`centredLens: the principal point (${principalPx.join(', ')}) lies outside of the image`);
  const zoom = Math.max(...within) * (1 - alpha) + Math.min(...around) * alpha;
  return { width, height, focalPx: [focalPx[0] * zoom, focalPx[1] * zoom], principalPx: centre };
}

interface Edges {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Once straightened: the largest upright box within the image, about, and the smallest around it, in the lens' pixels. */
function straightEdges({ width, height, focalPx, principalPx }: Lens, distortion: Distortion) {
  const columns: number[][] = Array.from({ length: gridSide }, () => []);
  const rows: number[][] = Array.from({ length: gridSide }, () => []);
  for (let i = 0; i < gridSide ** 2; i++) {
    const [column, row] = [i % gridSide, Math.floor(i / gridSide)];
    const u = (column * (width - 1)) / (gridSide - 1);
    const v = (row * (height - 1)) / (gridSide - 1);
    const [x, y] = undistort(distortion, (u - principalPx[0]) / focalPx[0], (v - principalPx[1]) / focalPx[1]);
    columns[column]?.push(x * focalPx[0] + principalPx[0]);
    rows[row]?.push(y * focalPx[1] + principalPx[1]);
  }
  const [first, last] = [0, gridSide - 1];
  const inner: Edges = {
    left: Math.max(...(columns[first] ?? [])),
    top: Math.max(...(rows[first] ?? [])),
    right: Math.min(...(columns[last] ?? [])),
    bottom: Math.min(...(rows[last] ?? [])),
  };
  const outer: Edges = {
    left: Math.min(...columns.flat()),
    top: Math.min(...rows.flat()),
    right: Math.max(...columns.flat()),
    bottom: Math.max(...rows.flat()),
  };
  return { inner, outer };
}

/**
 * The pinhole camera of the same size for a fisheye lens, from the middles of its four edges: OpenCV's
 * `fisheye::estimateNewCameraMatrixForUndistortRectify(…, balance)`.
 * @param balance 0: it shows nothing that the lens did not see at the edges' middles; 1: all of these; or between
 * @throws RangeError if the distortion has no inverse there
 */
export function fisheyePinhole(lens: Lens, distortion: Distortion, balance: number): Lens {
  const { width, height, focalPx, principalPx } = lens;
  const aspect = focalPx[0] / focalPx[1];
  const middles = [
    [width / 2, 0],
    [width, height / 2],
    [width / 2, height],
    [0, height / 2],
  ] as const;
  const points = middles.map(([u, v]) => {
    const [x, y] = undistort(distortion, (u - principalPx[0]) / focalPx[0], (v - principalPx[1]) / focalPx[1]);
    return [x, y * aspect] as const;
  });
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(xs), mean(ys)];
  const focals = [
    width / 2 / (x - Math.min(...xs)),
    width / 2 / (Math.max(...xs) - x),
    ((height / 2) * aspect) / (y - Math.min(...ys)),
    ((height / 2) * aspect) / (Math.max(...ys) - y),
  ];
  const focal = balance * Math.min(...focals) + (1 - balance) * Math.max(...focals);
  return {
    ...{ width, height },
    focalPx: [focal, focal / aspect],
    principalPx: [width / 2 - x * focal, height / 2 - (y * focal) / aspect],
  };
}

/** Where each pixel of a pinhole camera is seen by a distorting lens with the same centre and axes. */
export function undistortionMap(lens: Lens, distortion: Distortion, pinhole: Lens): SamplingMap {
  const { width, height } = pinhole;
  const [fx, fy] = pinhole.focalPx;
  const [cx, cy] = pinhole.principalPx;
  const limit = validRadius(distortion) ** 2;
  const map = { width, height, x: new Float32Array(width * height), y: new Float32Array(width * height) };
  const seen = new Float64Array(2);
  for (let v = 0, i = 0; v < height; v++) {
    const y = (v - cy) / fy;
    for (let u = 0; u < width; u++, i++) {
      const x = (u - cx) / fx;
      if (x * x + y * y > limit) seen.fill(Number.NaN);
      else distort(distortion, x, y, seen);
      map.x[i] = (seen[0] as number) * lens.focalPx[0] + lens.principalPx[0];
      map.y[i] = (seen[1] as number) * lens.focalPx[1] + lens.principalPx[1];
    }
  }
  return map;
}
