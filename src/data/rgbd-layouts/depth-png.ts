import { readFile, stat } from 'node:fs/promises';
import sharp from 'sharp';
import type { PixelMap } from '#image/pixel-map.ts';
import type { DepthFormat } from './rgbd-sequence.ts';

const maxFileBytes = 256 * 2 ** 20;
const maxPixels = 64e6;
const maxDecodeSeconds = 60;

/**
 * A 16-bit grey PNG as it is stored. What the header claims is checked before anything is decoded.
 * @throws Error, one line that names the file, if it is missing, no such PNG, damaged or too large
 */
export async function readDepthPng(path: string): Promise<PixelMap<Uint16Array>> {
  const bytes = await readBytes(path);
  expectDepthHeader(bytes, path);
  try {
    const { data, info } = await sharp(bytes, { failOn: 'error', limitInputPixels: false })
      .toColourspace('grey16')
      .timeout({ seconds: maxDecodeSeconds })
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true });
    const values = new Uint16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.length));
    if (values.length !== info.width * info.height) throw new Error(`${info.channels} channels`);
    return { width: info.width, height: info.height, values };
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0] as string;
    throw new Error(`${path}: damaged depth PNG (${reason.slice(0, 100)})`, { cause: error });
  }
}

/** Stored depth in metres; 0 where there is none, or beyond `maxDepth`. */
export function depthInMetres(
  stored: PixelMap<Uint16Array>,
  { scale, none }: DepthFormat,
  maxDepth = Number.POSITIVE_INFINITY,
): PixelMap {
  const values = new Float32Array(stored.values.length);
  for (let i = 0; i < values.length; i++) {
    const value = stored.values[i] as number;
    const metres = value * scale;
    if (metres <= maxDepth && !none.includes(value)) values[i] = metres;
  }
  return { ...stored, values };
}

async function readBytes(path: string): Promise<Buffer> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${path}: ${error.code === 'ENOENT' ? 'no such depth file' : error.message}`, { cause: error });
  });
  if (!found.isFile()) throw new Error(`${path}: expected a depth PNG, found something that is not a regular file`);
  if (found.size > maxFileBytes)
    throw new Error(`${path}: the file has ${found.size} bytes; depth PNGs of at most ${maxFileBytes} are read`);
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${path}: cannot be read (${error.code ?? error.message})`, { cause: error });
  });
}

/** The signature, and the IHDR chunk that must follow it: width, height, bit depth, colour type. */
function expectDepthHeader(bytes: Buffer, path: string): void {
  const isPng = bytes.length >= 33 && bytes.toString('latin1', 0, 16) === '\x89PNG\r\n\x1a\n\0\0\0\rIHDR';
  if (!isPng) throw new Error(`${path}: expected depth as a 16-bit grey PNG, found no PNG`);
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  if (width < 1 || height < 1 || width * height > maxPixels)
    throw new Error(`${path}: the PNG claims ${width} × ${height} pixels; 1 to ${maxPixels} are read`);
  const [bits, colour] = [bytes[24], bytes[25]];
  if (bits === 16 && colour === 0) return;
  const kind = ['grey', 'an unknown kind', 'RGB', 'a palette', 'grey with alpha', 'an unknown kind', 'RGBA'];
  throw new Error(
    `${path}: expected depth as a 16-bit grey PNG, found ${bits} bits of ${kind[colour as number] ?? 'an unknown kind'}`,
  );
}
