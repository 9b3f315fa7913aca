import { decodeElements } from './elements.ts';
import { type ReadOptions, readFileBytes } from './file-bytes.ts';

/** A portable float map. */
export interface PfmImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** [height, width, channels], from the top: the file itself begins with the lowest line. */
  readonly values: Float32Array;
}

/** Reads a `.pfm` file, as decodePfm does. @throws Error naming the file */
export async function readPfm(path: string, options: ReadOptions = {}): Promise<PfmImage> {
  return decodePfm(await readFileBytes(path, options), path);
}

const headerLimit = 200;

/**
 * A portable float map of either byte order, as BlendedMVS holds depth. The scale is not applied.
 * @throws Error naming the file if it is none, or does not hold exactly the pixels that it claims
 */
export function decodePfm(bytes: Uint8Array, name = 'pfm'): PfmImage {
  const text = Buffer.from(bytes.subarray(0, headerLimit)).toString('latin1');
  const [header, kind, columns, lines, scale] = /^(P[Ff])\s+(\d+)\s+(\d+)\s+([-+.\deE]+)\r?\n/.exec(text) ?? [];
  if (header === undefined || !Number.isFinite(Number(scale)) || Number(scale) === 0) {
    throw new Error(`${name}: expected a PFM file (Pf or PF, width, height, scale), found another header`);
  }
  const [width, height] = [Number(columns), Number(lines)];
  const channels = kind === 'PF' ? 3 : 1;
  if (width < 1 || height < 1 || bytes.length - header.length !== 4 * width * height * channels) {
    throw new Error(
      `${name}: expected ${channels} × ${width} × ${height} floats, found ${bytes.length - header.length} bytes`,
    );
  }
  const values = decodeElements(new Uint8Array(bytes.subarray(header.length)), 'f4', {
    isBigEndian: Number(scale) > 0,
  });
  return { width, height, channels, values: flipLines(values as Float32Array, width * channels) };
}

function flipLines(values: Float32Array, length: number): Float32Array {
  const flipped = new Float32Array(values.length);
  for (let from = 0; from < values.length; from += length) {
    flipped.set(values.subarray(from, from + length), values.length - from - length);
  }
  return flipped;
}
