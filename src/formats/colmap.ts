import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeColmapCamerasBin, decodeColmapImagesBin, decodeColmapPointsBin } from './colmap-binary.ts';
import { decodeColmapCamerasText, decodeColmapImagesText, decodeColmapPointsText } from './colmap-text.ts';
import { type ReadOptions, readFileBytes } from './file-bytes.ts';

/** A camera of a COLMAP model, with whatever lens it has. */
export interface ColmapLens {
  readonly id: number;
  /** SIMPLE_PINHOLE, PINHOLE, SIMPLE_RADIAL, OPENCV, …: one of colmapModels. */
  readonly model: string;
  readonly width: number;
  readonly height: number;
  /** As COLMAP orders them for the model; pixel centres are at halves. */
  readonly params: readonly number[];
}

/** An image of a COLMAP model, from world to camera. */
export interface ColmapPose {
  readonly id: number;
  readonly cameraId: number;
  readonly name: string;
  /** w, x, y, z; not normalised. */
  readonly rotation: readonly [w: number, x: number, y: number, z: number];
  readonly translation: readonly [x: number, y: number, z: number];
}

export interface ColmapCloud {
  /** [P, 3] */
  readonly positions: Float64Array;
  /** [P, 3] sRGB */
  readonly colors: Uint8Array;
}

export interface ColmapReconstruction {
  readonly lenses: ReadonlyMap<number, ColmapLens>;
  /** Each has its camera among the lenses. */
  readonly poses: readonly ColmapPose[];
}

/**
 * The cameras and images of a COLMAP model, `cameras` and `images` in text or binary; what the images see is passed over.
 * @throws Error naming the file, and the line or byte
 */
export async function readColmap(folder: string, options: ReadOptions = {}): Promise<ColmapReconstruction> {
  const extension = await findExtension(folder, ['cameras', 'images']);
  const [cameras, images] = [join(folder, `cameras${extension}`), join(folder, `images${extension}`)];
  const decode =
    extension === '.bin'
      ? { lenses: decodeColmapCamerasBin, poses: decodeColmapImagesBin }
      : { lenses: decodeColmapCamerasText, poses: decodeColmapImagesText };
  const lenses = new Map(decode.lenses(await readFileBytes(cameras, options), cameras).map((lens) => [lens.id, lens]));
  const poses = decode.poses(await readFileBytes(images, options), images);
  const orphan = poses.find(({ cameraId }) => !lenses.has(cameraId));
  if (!orphan) return { lenses, poses };
  throw new Error(`${images}: expected the camera ${orphan.cameraId} of ${orphan.name} in ${cameras}, found none`);
}

/** The points of a COLMAP model, `points3D` in text or binary. @throws Error naming the file, and the line or byte */
export async function readColmapPoints(folder: string, options: ReadOptions = {}): Promise<ColmapCloud> {
  const extension = await findExtension(folder, ['points3D']);
  const path = join(folder, `points3D${extension}`);
  const decode = extension === '.bin' ? decodeColmapPointsBin : decodeColmapPointsText;
  return decode(await readFileBytes(path, options), path);
}

/** Binary is preferred, as COLMAP does. */
async function findExtension(folder: string, names: readonly string[]): Promise<'.bin' | '.txt'> {
  for (const extension of ['.bin', '.txt'] as const) {
    const files = names.map((name) => access(join(folder, `${name}${extension}`)));
    const are = await Promise.allSettled(files);
    if (are.every(({ status }) => status === 'fulfilled')) return extension;
  }
  throw new Error(`${folder}: expected a COLMAP model (${names.join(' and ')}, .bin or .txt), found none`);
}
