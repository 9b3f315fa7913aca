import type { ColmapCamera, ColmapImage, ColmapModel, ColmapPoints } from './colmap-model.ts';

const pointsPerChunk = 4096;

/** COLMAP's text format, in chunks: the contents of `cameras.txt`, `images.txt` and `points3D.txt`. */
export function colmapTextFiles({ cameras, images, points }: ColmapModel): [name: string, Iterable<Uint8Array>][] {
  return [
    ['cameras.txt', encoded(cameraLines(cameras))],
    ['images.txt', encoded(imageLines(images))],
    ['points3D.txt', encoded(pointLines(points))],
  ];
}

function encoded(lines: () => Generator<string>): Iterable<Uint8Array> {
  return {
    *[Symbol.iterator]() {
      for (const line of lines()) yield new TextEncoder().encode(`${line}\n`);
    },
  };
}

const cameraLines = (cameras: readonly ColmapCamera[]) =>
  function* () {
    yield '# CAMERA_ID, MODEL, WIDTH, HEIGHT, PARAMS[]';
    for (const { id, model, width, height, params } of cameras) yield [id, model, width, height, ...params].join(' ');
  };

/** Two lines an image; the second is empty where no point is seen. */
const imageLines = (images: readonly ColmapImage[]) =>
  function* () {
    yield '# IMAGE_ID, QW, QX, QY, QZ, TX, TY, TZ, CAMERA_ID, NAME\n# POINTS2D[] as (X, Y, POINT3D_ID)';
    for (const { id, rotation, translation, cameraId, name, points2D, pointIds } of images) {
      yield [id, ...rotation, ...translation, cameraId, name].join(' ');
      yield Array.from(pointIds, (point, k) => `${points2D[2 * k]} ${points2D[2 * k + 1]} ${point}`).join(' ');
    }
  };

const pointLines = (points: ColmapPoints) =>
  function* () {
    yield '# POINT3D_ID, X, Y, Z, R, G, B, ERROR, TRACK[] as (IMAGE_ID, POINT2D_IDX)';
    const count = points.starts.length - 1;
    for (let from = 0; from < count; from += pointsPerChunk) {
      const length = Math.min(pointsPerChunk, count - from);
      yield Array.from({ length }, (_, i) => pointLine(points, from + i)).join('\n');
    }
  };

/** The error is 0: where a point is seen is its projection. */
function pointLine({ positions, colors, starts, imageIds, places }: ColmapPoints, p: number): string {
  const fields: number[] = [p + 1, ...positions.subarray(3 * p, 3 * p + 3), ...colors.subarray(3 * p, 3 * p + 3), 0];
  for (let o = starts[p] as number; o < (starts[p + 1] as number); o++) {
    fields.push(imageIds[o] as number, places[o] as number);
  }
  return fields.join(' ');
}
