import { decodeElements } from './elements.ts';
import { type ReadOptions, readFileBytes } from './file-bytes.ts';

/** An array of floats. */
export interface FloatArray {
  /** Outermost axis first: [height, width] or [height, width, channels] (the file names the innermost first). */
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Reads a `.float3` file, as decodeFloat3 does. @throws Error naming the file */
export async function readFloat3(path: string, options: ReadOptions = {}): Promise<FloatArray> {
  return decodeFloat3(await readFileBytes(path, options), path);
}

const headerLimit = 200;

/**
 * A file of the format in which StaticThings3D holds depth: the lines `float`, the number of axes, the axes' sizes from
 * the innermost on; then little-endian float32 (spec 4.4).
 * @throws Error naming the file if it is none, or does not hold exactly what it claims
 */
export function decodeFloat3(bytes: Uint8Array, name = 'float3'): FloatArray {
  const text = Buffer.from(bytes.subarray(0, headerLimit)).toString('latin1');
  const [start, count] = /^float\r?\n(\d)\r?\n/.exec(text) ?? [];
  const sizes = start && new RegExp(`^((?:\\d+\\r?\\n){${count}})`).exec(text.slice(start.length))?.[1];
  if (!start || !sizes) {
    throw new Error(`${name}: expected a file of floats ('float', number of axes, sizes), found another header`);
  }
  const shape = sizes.trim().split(/\s+/).map(Number).reverse();
  const body = bytes.subarray(start.length + sizes.length);
  if (body.length !== 4 * shape.reduce((product, size) => product * size, 1)) {
    throw new Error(`${name}: expected floats of the shape [${shape.join(', ')}], found ${body.length} bytes`);
  }
  return { shape, values: decodeElements(new Uint8Array(body), 'f4') as Float32Array };
}
