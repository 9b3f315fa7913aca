import type { ColmapLens, ColmapPose } from '#formats/colmap.ts';
import type { Camera } from '#geometry/camera.ts';
import { rotationToQuaternion } from '#geometry/quaternion.ts';
import { invertRigid, rotationOf, translationOf } from '#geometry/rigid.ts';
import { expectPointCloud, type PointCloud } from './point-cloud.ts';
import { type DepthView, findObservations, type Observations, type VisibilityOptions } from './visibility.ts';

/** What COLMAP's three files hold, with its numbers: ids from 1, pixel centres at halves, worldToCam. */
export interface ColmapModel {
  readonly cameras: readonly ColmapCamera[];
  readonly images: readonly ColmapImage[];
  readonly points: ColmapPoints;
}

/** f, cx, cy of the first model; fx, fy, cx, cy of the second. */
export interface ColmapCamera extends ColmapLens {
  readonly model: 'SIMPLE_PINHOLE' | 'PINHOLE';
}

export interface ColmapImage extends ColmapPose {
  /** [K, 2]: where points are seen. */
  readonly points2D: Float64Array;
  /** [K]: the ids of those points. */
  readonly pointIds: Uint32Array;
}

/** Point p has the id p + 1. */
export interface ColmapPoints {
  /** [P, 3] */
  readonly positions: Float32Array;
  /** [P, 3] sRGB */
  readonly colors: Uint8Array;
  /** [P + 1]: the track of point p is from `starts[p]` to before `starts[p + 1]`. */
  readonly starts: Uint32Array;
  /** [O]: ids of the images of the tracks. */
  readonly imageIds: Uint32Array;
  /** [O]: which of the image's points2D. */
  readonly places: Uint32Array;
}

/**
 * Cameras and points as COLMAP describes them. Views with equal size and intrinsics share a camera. A point's track are
 * the views that see it (findObservations), if they are two at least: COLMAP's dense stereo chooses its neighbours by
 * them, and its bundle adjuster ends on a track of one. The names must be those
 * of upright image files in the folder beside the model, without white space (see fileNames).
 */
export function colmapModel(
  views: readonly DepthView[],
  cloud: PointCloud,
  options: VisibilityOptions = {},
): ColmapModel {
  expectPointCloud('colmapModel', cloud);
  expectNames(views);
  const observations = sharedObservations(findObservations(cloud.positions, views, options));
  const { cameras, idOf } = sharedCameras(views.map(({ originalCamera }) => originalCamera));
  const { seen, places } = perImage(observations, views.length);
  const images = views.map((view, v) => ({
    id: v + 1,
    cameraId: idOf[v] as number,
    name: view.name,
    ...worldToCam(view.originalCamera),
    ...(seen[v] as SeenPoints),
  }));
  const imageIds = observations.views.map((view) => view + 1);
  const { positions, colors } = cloud;
  return { cameras, images, points: { positions, colors, starts: observations.starts, imageIds, places } };
}

function expectNames(views: readonly DepthView[]): void {
  const names = views.map(({ name }) => name);
  const bad = names.find((name, at) => name === '' || /[\s\p{Cc}]/u.test(name) || names.indexOf(name) !== at);
  if (bad === undefined) return;
  throw new RangeError(
    `colmapModel: expected file names that differ and have no white space, got ${JSON.stringify(bad)}; see fileNames()`,
  );
}

/** Without the observations of points that a single view sees. */
function sharedObservations({ starts, views, pixels }: Observations): Observations {
  const kept = { starts: new Uint32Array(starts.length), views: views.slice(), pixels: pixels.slice() };
  let count = 0;
  for (let p = 0; p + 1 < starts.length; p++) {
    const [from, to] = [starts[p] as number, starts[p + 1] as number];
    if (to - from >= 2) {
      kept.views.copyWithin(count, from, to);
      kept.pixels.copyWithin(2 * count, 2 * from, 2 * to);
      count += to - from;
    }
    kept.starts[p + 1] = count;
  }
  return { ...kept, views: kept.views.subarray(0, count), pixels: kept.pixels.subarray(0, 2 * count) };
}

function sharedCameras(cameras: readonly Camera[]): { cameras: ColmapCamera[]; idOf: number[] } {
  const known = new Map<string, ColmapCamera>();
  const idOf = cameras.map(({ width, height, focalPx, principalPx }) => {
    const key = [width, height, ...focalPx, ...principalPx].join();
    const center = [principalPx[0] + 0.5, principalPx[1] + 0.5];
    const lens =
      focalPx[0] === focalPx[1]
        ? ({ model: 'SIMPLE_PINHOLE', params: [focalPx[0], ...center] } as const)
        : ({ model: 'PINHOLE', params: [...focalPx, ...center] } as const);
    const camera = known.get(key) ?? { id: known.size + 1, width, height, ...lens };
    known.set(key, camera);
    return camera.id;
  });
  return { cameras: [...known.values()], idOf };
}

function worldToCam({ camToWorld }: Camera): Pick<ColmapImage, 'rotation' | 'translation'> {
  const inverse = invertRigid(camToWorld);
  const [x, y, z, w] = rotationToQuaternion(rotationOf(inverse));
  const sign = w < 0 ? -1 : 1;
  const rotation = [sign * w, sign * x, sign * y, sign * z] as const;
  return {
    rotation: rotation.map(withoutMinusZero) as unknown as typeof rotation,
    translation: Array.from(translationOf(inverse), withoutMinusZero) as [number, number, number],
  };
}

function withoutMinusZero(value: number): number {
  return value + 0;
}

type SeenPoints = Pick<ColmapImage, 'points2D' | 'pointIds'>;

/** What each image sees, in the order of the points, and the place of every observation in its image's list. */
function perImage({ starts, views, pixels }: Observations, imageCount: number) {
  const counts = new Uint32Array(imageCount);
  const places = views.map((view) => (counts[view] as number)++);
  const seen = Array.from(counts, (count) => ({
    points2D: new Float64Array(2 * count),
    pointIds: new Uint32Array(count),
  }));
  for (let p = 0; p + 1 < starts.length; p++) {
    for (let o = starts[p] as number; o < (starts[p + 1] as number); o++) {
      const { points2D, pointIds } = seen[views[o] as number] as SeenPoints;
      const place = places[o] as number;
      pointIds[place] = p + 1;
      points2D[2 * place] = (pixels[2 * o] as number) + 0.5;
      points2D[2 * place + 1] = (pixels[2 * o + 1] as number) + 0.5;
    }
  }
  return { seen, places };
}
