import { ByteReader } from './byte-reader.ts';
import type { ColmapCloud, ColmapLens, ColmapPose } from './colmap.ts';
import { colmapModels } from './colmap-models.ts';

const maxNameBytes = 4096;
/** The least that a record of each file takes. */
const leastBytes = { camera: 24, image: 73, point: 51 };

/** `cameras.bin` @throws Error naming the file */
export function decodeColmapCamerasBin(bytes: Uint8Array, name: string): ColmapLens[] {
  return readRecords(new ByteReader(bytes, name), leastBytes.camera, (reader) => {
    const [id, code, width, height] = [reader.u32(), reader.i32(), reader.u64(), reader.u64()] as const;
    const [model, count] = colmapModels[code] ?? [];
    if (model === undefined)
      throw reader.error(`expected a camera model up to ${colmapModels.length - 1}, found ${code}`);
    return { id, model, width, height, params: Array.from({ length: count as number }, () => reader.f64()) };
  });
}

/** `images.bin` @throws Error naming the file */
export function decodeColmapImagesBin(bytes: Uint8Array, name: string): ColmapPose[] {
  return readRecords(new ByteReader(bytes, name), leastBytes.image, (reader) => {
    const id = reader.u32();
    const rotation = [reader.f64(), reader.f64(), reader.f64(), reader.f64()] as const;
    const translation = [reader.f64(), reader.f64(), reader.f64()] as const;
    const cameraId = reader.u32();
    const imageName = reader.zeroEnded(maxNameBytes);
    reader.take(24 * reader.u64());
    return { id, cameraId, name: imageName, rotation, translation };
  });
}

/** `points3D.bin` @throws Error naming the file */
export function decodeColmapPointsBin(bytes: Uint8Array, name: string): ColmapCloud {
  const reader = new ByteReader(bytes, name);
  const count = readCount(reader, leastBytes.point);
  const positions = new Float64Array(3 * count);
  const colors = new Uint8Array(3 * count);
  for (let p = 0; p < count; p++) {
    reader.take(8);
    for (let axis = 0; axis < 3; axis++) positions[3 * p + axis] = reader.f64();
    for (let channel = 0; channel < 3; channel++) colors[3 * p + channel] = reader.u8();
    reader.take(8);
    reader.take(8 * reader.u64());
  }
  expectEnd(reader);
  return { positions, colors };
}

function readRecords<Item>(reader: ByteReader, leastSize: number, read: (reader: ByteReader) => Item): Item[] {
  const items = Array.from({ length: readCount(reader, leastSize) }, () => read(reader));
  expectEnd(reader);
  return items;
}

function readCount(reader: ByteReader, leastSize: number): number {
  const count = reader.u64();
  if (count * leastSize <= reader.remaining) return count;
  throw reader.error(`expected ${count} records, found ${reader.remaining} bytes; is it cut short?`);
}

function expectEnd(reader: ByteReader): void {
  if (reader.remaining > 0) throw reader.error(`expected the end, found ${reader.remaining} more bytes`);
}
