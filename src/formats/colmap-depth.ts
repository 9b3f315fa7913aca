import { decodeElements } from './elements.ts';
import { type ReadOptions, readFileBytes } from './file-bytes.ts';

/** A depth map of COLMAP's dense reconstruction, in the model's unit. */
export interface ColmapDepth {
  readonly width: number;
  readonly height: number;
  /** [height, width] z in the camera's frame; 0 or less where there is none. */
  readonly values: Float32Array;
}

/** Reads a file of `stereo/depth_maps`, as decodeColmapDepth does. @throws Error naming the file */
export async function readColmapDepth(path: string, options: ReadOptions = {}): Promise<ColmapDepth> {
  return decodeColmapDepth(await readFileBytes(path, options), path);
}

const headerLimit = 64;

/**
 * A file such as `IMG_1.jpg.geometric.bin`: `width&height&channels&` in decimals, then little-endian floats row by row
 * (COLMAP's mvs/mat.h).
 * @throws Error naming the file if it is none, has several channels, or not exactly the pixels that it claims
 */
export function decodeColmapDepth(bytes: Uint8Array, name = 'depth map'): ColmapDepth {
  const text = Buffer.from(bytes.subarray(0, headerLimit)).toString('latin1');
  const [header, columns, lines, channels] = /^(\d{1,9})&(\d{1,9})&(\d{1,9})&/.exec(text) ?? [];
  if (header === undefined)
    throw new Error(`${name}: expected a depth map of COLMAP (width&height&1&), found another header`);
  if (Number(channels) !== 1)
    throw new Error(`${name}: expected depth of one channel, found ${channels}; is it a map of normals?`);
  const [width, height] = [Number(columns), Number(lines)];
  const body = new Uint8Array(bytes.subarray(header.length));
  if (width < 1 || height < 1 || body.length !== 4 * width * height)
    throw new Error(`${name}: expected ${width} × ${height} floats, found ${body.length} bytes`);
  return { width, height, values: decodeElements(body, 'f4') as Float32Array };
}
