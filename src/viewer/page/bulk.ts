import { Box3, Matrix4, Quaternion, Vector3 } from 'three';
import type { ViewHeader } from '#viewer/scene-format.ts';
import { isShown, pointInCamera, type ViewMap } from './view-map.ts';

/** Where most of a scene is, in the upright frame (y up). */
export interface Bulk {
  readonly centre: Vector3;
  readonly radius: number;
  /** Of the box that holds nearly all points: width, height, depth. */
  readonly extent: Vector3;
  /** Some of the points in that box. */
  readonly samples: readonly Vector3[];
  /** Mean of the unit vectors from the points to the cameras that saw them: the side from which the scene is best seen. */
  readonly facing: Vector3;
}

const sampleCount = 20_000;
/** Enough to know what of the window a scene fills. */
const framedCount = 1000;
/** How many of the points may lie outside the box on each of its sides. */
const outside = 0.02;
/** How much the cameras' own up directions count beside their horizons. */
const upWeight = 0.02;

export function cameraMatrix({ camToWorld }: ViewHeader): Matrix4 {
  return new Matrix4().fromArray(camToWorld).transpose();
}

/**
 * World → upright frame. Photographers look up and down but seldom tilt their horizon: up is the direction that is most at
 * right angles to all images' rows, and of those the one nearest to the mean of the images' up directions.
 */
export function uprightRotation(views: readonly ViewHeader[]): Quaternion {
  const axisOf = (axis: Vector3) => views.map((view) => axis.clone().transformDirection(cameraMatrix(view)));
  const ups = axisOf(new Vector3(0, -1, 0));
  const mean = ups.reduce((sum, up) => sum.add(up), new Vector3()).divideScalar(ups.length);
  const nearest = mean.length() > 0.2 ? mean.normalize() : (ups[0] ?? mean);
  const up = levelUp(axisOf(new Vector3(1, 0, 0)), nearest);
  return new Quaternion().setFromUnitVectors(up, new Vector3(0, 1, 0));
}

/** Largest eigenvector, by power iteration, of 1 + upWeight · mean meanᵀ − the mean of row rowᵀ. */
function levelUp(rows: readonly Vector3[], mean: Vector3): Vector3 {
  const up = mean.clone();
  for (let iteration = 0; iteration < 1000; iteration++) {
    const next = up.clone().addScaledVector(mean, upWeight * mean.dot(up));
    for (const row of rows) next.addScaledVector(row, -row.dot(up) / rows.length);
    up.copy(next.normalize());
  }
  return up;
}

/** The bulk of the points, whatever a few outliers do; of the cameras if there are no points. */
export function boundBulk(
  maps: readonly ViewMap[],
  cameras: readonly Vector3[],
  upright: Quaternion,
  minLevel: number,
): Bulk {
  const facing = new Vector3();
  const points = samplePoints(maps, minLevel).map(({ point, toCamera }) => {
    facing.add(toCamera);
    return point.applyQuaternion(upright);
  });
  facing.divideScalar(points.length || 1).applyQuaternion(upright);
  const bulk = points.length > 0 ? points : [...cameras];
  const along = (['x', 'y', 'z'] as const).map((axis) => sorted(bulk.map((point) => point[axis])));
  const centre = new Vector3(...along.map((values) => quantile(values, 0.5)));
  const [least, most] = [outside, 1 - outside].map(
    (share) => new Vector3(...along.map((values) => quantile(values, share))),
  );
  const box = new Box3(least, most);
  const radius = quantile(sorted(bulk.map((point) => point.distanceTo(centre))), 0.9);
  const samples = bulk.filter((point) => box.containsPoint(point));
  const thin = Math.ceil(samples.length / framedCount);
  return {
    centre,
    extent: box.getSize(new Vector3()),
    facing,
    radius: radius > 0 ? radius : 1,
    samples: samples.filter((_, i) => i % thin === 0),
  };
}

/** In the world; the step is odd, as widths are even, so that all columns of pixels have their turn. */
function samplePoints(maps: readonly ViewMap[], minLevel: number): Sample[] {
  const pixels = maps.reduce((sum, { view }) => sum + view.width * view.height, 0);
  const step = 2 * Math.ceil(pixels / sampleCount / 2) + 1;
  const samples: Sample[] = [];
  for (const map of maps) {
    const toWorld = cameraMatrix(map.view);
    const camera = new Vector3().setFromMatrixPosition(toWorld);
    for (let pixel = 0; pixel < map.view.width * map.view.height; pixel += step) {
      if (!isShown(map, pixel, minLevel)) continue;
      const point = new Vector3(...pointInCamera(map, pixel)).applyMatrix4(toWorld);
      samples.push({ point, toCamera: camera.clone().sub(point).normalize() });
    }
  }
  return samples;
}

interface Sample {
  readonly point: Vector3;
  readonly toCamera: Vector3;
}

function sorted(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}

function quantile(ascending: Float64Array, share: number): number {
  return ascending[Math.floor(share * (ascending.length - 1))] ?? 0;
}
