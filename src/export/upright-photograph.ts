import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import sharp from 'sharp';
import { decodeImage } from '#image/decode.ts';
import { encodeJpeg } from '#image/jpeg.ts';

/** A photograph as a file that needs no turning. */
export interface UprightPhotograph {
  /** Of its file name, with the dot. */
  readonly extension: string;
  readonly width: number;
  readonly height: number;
  /** The file's content, read when asked for. */
  bytes(): Promise<Uint8Array>;
}

const quality = 95;

/**
 * A photograph for programs that ignore EXIF orientation, as COLMAP and nerfstudio do, and read JPEG and PNG only: its own
 * bytes where it lies upright in such a file, otherwise a new JPEG of it.
 * @throws Error, one line that names the file, if it is missing, damaged or no image
 */
export async function uprightPhotograph(path: string): Promise<UprightPhotograph> {
  const { width, height } = await decodeImage(path);
  const { format, orientation = 1 } = await sharp(path).metadata();
  if (orientation === 1 && (format === 'jpeg' || format === 'png')) {
    return { extension: extname(path) || `.${format}`, width, height, bytes: () => readFile(path) };
  }
  const bytes = async () => encodeJpeg(await decodeImage(path), { longSide: Math.max(width, height), quality });
  return { extension: '.jpg', width, height, bytes };
}
