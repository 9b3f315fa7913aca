import type { ColmapCamera, ColmapImage, ColmapModel, ColmapPoints } from './colmap-model.ts';
import { littleEndianWriter } from './little-endian.ts';

const pointsPerChunk = 16_384;
const modelIds = { SIMPLE_PINHOLE: 0, PINHOLE: 1 } as const;

/** COLMAP's binary format, in chunks: the contents of `cameras.bin`, `images.bin` and `points3D.bin`. */
export function colmapBinaryFiles({ cameras, images, points }: ColmapModel): [name: string, Iterable<Uint8Array>][] {
  return [
    ['cameras.bin', [counted(cameras.length), ...cameras.map(cameraRecord)]],
    ['images.bin', [counted(images.length), ...images.map(imageRecord)]],
    ['points3D.bin', { [Symbol.iterator]: () => pointRecords(points) }],
  ];
}

function counted(count: number): Uint8Array {
  const writer = littleEndianWriter(8);
  writer.u64(count);
  return writer.bytes;
}

function cameraRecord({ id, model, width, height, params }: ColmapCamera): Uint8Array {
  const writer = littleEndianWriter(24 + 8 * params.length);
  writer.u32(id);
  writer.u32(modelIds[model]);
  writer.u64(width);
  writer.u64(height);
  params.forEach(writer.f64);
  return writer.bytes;
}

function imageRecord({ id, rotation, translation, cameraId, name, points2D, pointIds }: ColmapImage): Uint8Array {
  const nameBytes = new TextEncoder().encode(`${name}\0`);
  const writer = littleEndianWriter(4 + 7 * 8 + 4 + nameBytes.length + 8 + 24 * pointIds.length);
  writer.u32(id);
  [...rotation, ...translation].forEach(writer.f64);
  writer.u32(cameraId);
  writer.copy(nameBytes);
  writer.u64(pointIds.length);
  for (let k = 0; k < pointIds.length; k++) {
    writer.f64(points2D[2 * k] as number);
    writer.f64(points2D[2 * k + 1] as number);
    writer.u64(pointIds[k] as number);
  }
  return writer.bytes;
}

function* pointRecords(points: ColmapPoints): Generator<Uint8Array> {
  const count = points.starts.length - 1;
  yield counted(count);
  for (let from = 0; from < count; from += pointsPerChunk) {
    yield pointChunk(points, from, Math.min(from + pointsPerChunk, count));
  }
}

/** The error is 0: where a point is seen is its projection. */
function pointChunk({ positions, colors, starts, imageIds, places }: ColmapPoints, from: number, to: number) {
  const observations = (starts[to] as number) - (starts[from] as number);
  const writer = littleEndianWriter(51 * (to - from) + 8 * observations);
  for (let p = from; p < to; p++) {
    writer.u64(p + 1);
    for (let axis = 0; axis < 3; axis++) writer.f64(positions[3 * p + axis] as number);
    for (let channel = 0; channel < 3; channel++) writer.u8(colors[3 * p + channel] as number);
    writer.f64(0);
    writer.u64((starts[p + 1] as number) - (starts[p] as number));
    for (let o = starts[p] as number; o < (starts[p + 1] as number); o++) {
      writer.u32(imageIds[o] as number);
      writer.u32(places[o] as number);
    }
  }
  return writer.bytes;
}
