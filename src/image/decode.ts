import { readFile, stat } from 'node:fs/promises';
import sharp from 'sharp';

import type { RgbImage } from './rgb-image.ts';

export interface DecodeOptions {
  /** Images that claim more pixels than this are refused before decoding (default 64 million). */
  readonly maxPixels?: number;
  /** What error messages call an image given as bytes. */
  readonly name?: string;
}

const defaultMaxPixels = 64e6;
const maxFileBytes = 512 * 2 ** 20;
const maxDecodeSeconds = 60;

/**
 * Decodes a photograph to 8-bit RGB as the original does (spec 5.1): the EXIF orientation is applied, transparency is
 * dropped (not blended), embedded colour profiles of RGB images are ignored, and the first frame is taken. JPEG, PNG,
 * WebP, TIFF, GIF and AVIF always work; HEIC where sharp was built with an HEVC decoder.
 *
 * @throws Error, one line that names the file, if it is missing, no image, of another type, damaged or too large.
 */
export async function decodeImage(source: string | Uint8Array, options: DecodeOptions = {}): Promise<RgbImage> {
  const name = options.name ?? (typeof source === 'string' ? source : 'image');
  const bytes = typeof source === 'string' ? await readImageFile(source) : source;
  const type = imageType(bytes, name);
  try {
    return await decodePixels(bytes, name, options.maxPixels ?? defaultMaxPixels);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new Error(whyUndecodable(name, type, error as Error), { cause: error });
  }
}

async function readImageFile(path: string): Promise<Uint8Array> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${path}: ${error.code === 'ENOENT' ? 'no such image file' : error.message}`, { cause: error });
  });
  if (info.isDirectory()) throw new Error(`${path}: expected an image file, found a folder`);
  if (!info.isFile()) throw new Error(`${path}: expected an image file, found something that is not a regular file`);
  if (info.size > maxFileBytes) {
    throw new RangeError(`${path}: the file has ${info.size} bytes; images up to ${maxFileBytes} bytes are read`);
  }
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${path}: cannot be read (${error.code ?? error.message})`, { cause: error });
  });
}

/** How each accepted type of file begins; sharp is not asked about others, so that it never parses SVG or PDF. */
const signatures: readonly (readonly [type: string, pattern: RegExp])[] = [
  ['JPEG', /^\xff\xd8\xff/],
  ['PNG', /^\x89PNG\r\n/],
  ['GIF', /^GIF8[79]a/],
  ['WebP', /^RIFF.{4}WEBP/s],
  ['TIFF', /^(II[*+]\0|MM\0[*+])/],
  ['AVIF', /^.{4}ftypavi[fs]/s],
  ['HEIC', /^.{4}ftyp(hei|hev|mif1|msf1)/s],
];

function imageType(bytes: Uint8Array, name: string): string {
  if (bytes.length === 0) throw new Error(`${name}: the image file is empty`);
  const head = String.fromCharCode(...bytes.subarray(0, 16));
  const found = signatures.find(([, pattern]) => pattern.test(head));
  if (!found) {
    throw new Error(
      `${name}: not an image of a supported type (JPEG, PNG, WebP, TIFF, GIF, AVIF; HEIC where built in)`,
    );
  }
  return found[0];
}

async function decodePixels(bytes: Uint8Array, name: string, maxPixels: number): Promise<RgbImage> {
  const image = sharp(bytes, { failOn: 'error', ignoreIcc: true, autoOrient: true, limitInputPixels: false });
  const claimed = await image.metadata();
  if (claimed.width * claimed.height > maxPixels) {
    throw new RangeError(
      `${name}: ${claimed.width} × ${claimed.height} pixels are more than the limit of ${maxPixels}; shrink the image or raise maxPixels`,
    );
  }
  const { data, info } = await image
    .removeAlpha()
    .toColourspace('srgb')
    .timeout({ seconds: maxDecodeSeconds })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`expected 3 channels after decoding, got ${info.channels}`);
  return { width: info.width, height: info.height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}

function whyUndecodable(name: string, type: string, error: Error): string {
  if (type === 'HEIC' && /HEVC|compression format/i.test(error.message)) {
    return `${name}: this build of sharp has no HEVC decoder for HEIC images; convert the file to JPEG first (for example with heif-convert)`;
  }
  const lines = error.message.split('\n').map((line) => line.trim());
  const reasons = new Set(lines.filter((line) => line && !line.startsWith('source: ')));
  return `${name}: damaged or unsupported ${type} image (${[...reasons].join('; ').slice(0, 200)})`;
}
