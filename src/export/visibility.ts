import type { Camera } from '#geometry/camera.ts';
import { invertRigid, type PointArray } from '#geometry/rigid.ts';
import { expectNamedCamera, type NamedCamera } from './named-camera.ts';

/** A photograph with its depth; both cameras are the same one, at two resolutions. */
export interface DepthView extends NamedCamera {
  /** In pixels of the maps. */
  readonly camera: Camera;
  /** In pixels of the upright original photograph. */
  readonly originalCamera: Camera;
  /** [H, W]: z in the camera's frame. */
  readonly depth: Float32Array;
  /** [H, W] */
  readonly confidence: Float32Array;
}

export interface VisibilityOptions {
  /** A view sees a point only in pixels at least this confident (default 0). */
  readonly minConfidence?: number;
  /** How far a point may lie from a view's surface, relative to its depth (default 0.02). */
  readonly tolerance?: number;
}

/** Which views see which points, and where. */
export interface Observations {
  /** [P + 1]: of point p are the observations from `starts[p]` to before `starts[p + 1]`, by rising view. */
  readonly starts: Uint32Array;
  /** [O]: index of the view. */
  readonly views: Uint32Array;
  /** [O, 2]: pixel of the original photograph; pixel centres at integers. */
  readonly pixels: Float64Array;
}

/**
 * The views that see each point [P, 3]: those where it falls on a confident pixel whose depth is the point's own. Where
 * it is seen is its projection, so these are no independent measurements.
 */
export function findObservations(
  points: PointArray,
  views: readonly DepthView[],
  options: VisibilityOptions = {},
): Observations {
  const tests = views.map((view) => seenFrom(view, options));
  const count = points.length / 3;
  const starts = new Uint32Array(count + 1);
  const found = { views: [] as number[], pixels: [] as number[] };
  const pixel = new Float64Array(2);
  for (let p = 0; p < count; p++) {
    for (let v = 0; v < tests.length; v++) {
      if (!tests[v]?.(points, 3 * p, pixel)) continue;
      found.views.push(v);
      found.pixels.push(pixel[0] as number, pixel[1] as number);
    }
    starts[p + 1] = found.views.length;
  }
  return { starts, views: Uint32Array.from(found.views), pixels: Float64Array.from(found.pixels) };
}

type SeesPoint = (points: PointArray, at: number, pixel: Float64Array) => boolean;

/** Whether a view sees the point that starts at `at`; if so, `pixel` is where. */
function seenFrom(view: DepthView, { minConfidence = 0, tolerance = 0.02 }: VisibilityOptions): SeesPoint {
  expectDepthView(view);
  const { camera, originalCamera, depth, confidence } = view;
  const { width, height } = camera;
  const m = invertRigid(camera.camToWorld);
  const row = (r: number, points: PointArray, at: number) =>
    (m[r] as number) * (points[at] as number) +
    (m[r + 1] as number) * (points[at + 1] as number) +
    (m[r + 2] as number) * (points[at + 2] as number) +
    (m[r + 3] as number);
  return (points, at, pixel) => {
    const z = row(8, points, at);
    if (!(z > 0)) return false;
    const x = row(0, points, at) / z;
    const y = row(4, points, at) / z;
    const u = Math.round(camera.focalPx[0] * x + camera.principalPx[0]);
    const v = Math.round(camera.focalPx[1] * y + camera.principalPx[1]);
    if (!(u >= 0 && v >= 0 && u < width && v < height)) return false;
    const place = v * width + u;
    if (!((confidence[place] as number) >= minConfidence)) return false;
    if (!(Math.abs((depth[place] as number) - z) <= tolerance * z)) return false;
    pixel[0] = originalCamera.focalPx[0] * x + originalCamera.principalPx[0];
    pixel[1] = originalCamera.focalPx[1] * y + originalCamera.principalPx[1];
    return true;
  };
}

function expectDepthView({ name, camera, originalCamera, depth, confidence }: DepthView): void {
  for (const each of [camera, originalCamera]) expectNamedCamera('findObservations', { name, camera: each });
  const pixels = camera.width * camera.height;
  if (depth.length !== pixels || confidence.length !== pixels) {
    throw new RangeError(
      `findObservations: view "${name}" needs ${pixels} depths and confidences, got ${depth.length} and ${confidence.length}`,
    );
  }
}
