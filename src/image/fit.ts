import { cropImage } from './crop.ts';
import { type DecodeOptions, decodeImage } from './decode.ts';
import { type PixelMapping, pixelMapping } from './pixel-mapping.ts';
import { resizeImage } from './resize.ts';
import { expectSize, maxSide, type PixelBox, type RgbImage } from './rgb-image.ts';

export interface FitOptions {
  /** Keeps square photographs square; by default they are cropped to 4:3, as the original was trained (spec 5.1). */
  readonly squareOk?: boolean;
  /** The sides of the result are multiples of it (default 16). */
  readonly patchSize?: number;
  /** What error messages call the image. */
  readonly name?: string;
}

/** How a photograph becomes the network's input: resized as a whole, then cropped. */
export interface InferenceFit {
  readonly resized: { readonly width: number; readonly height: number };
  readonly crop: PixelBox;
}

/**
 * The original's sizing (spec 5.1): 224 makes a centred square of 224 pixels; any other size makes the long side `size`
 * and crops both sides, centred, to multiples of the patch.
 *
 * @throws RangeError if the sizes are no whole numbers, or if the image is so narrow that no whole patch is left.
 */
export function fitForInference(width: number, height: number, size: number, options: FitOptions = {}): InferenceFit {
  const { squareOk = false, patchSize = 16, name = 'fitForInference' } = options;
  expectSize(name, width, height);
  expectPatches(size, patchSize);
  const aspect = Math.max(width / height, height / width);
  const longSide = size === 224 ? roundHalfToEven(size * aspect) : size;
  if (longSide > maxSide) throw tooNarrow(name, { width, height }, size);
  const resizedSide = (side: number) => roundHalfToEven((side * longSide) / Math.max(width, height));
  const resized = { width: resizedSide(width), height: resizedSide(height) };
  const kept = size === 224 ? squareInside(resized) : patchesInside(resized, patchSize, squareOk);
  if (kept.width === 0 || kept.height === 0) throw tooNarrow(name, { width, height }, size);
  return { resized, crop: centred(kept, resized) };
}

function expectPatches(size: number, patchSize: number): void {
  if (!Number.isInteger(patchSize) || patchSize < 2 || patchSize % 2 !== 0) {
    throw new RangeError(`fitForInference: the patch size must be an even whole number, got ${patchSize}`);
  }
  if (!Number.isInteger(size) || size < patchSize || size > maxSide || (size === 224 && size % patchSize !== 0)) {
    throw new RangeError(`fitForInference: no whole patches of ${patchSize} pixels fit the image size ${size}`);
  }
}

function tooNarrow(name: string, { width, height }: Size, size: number): RangeError {
  return new RangeError(
    `${name}: an image of ${width} × ${height} pixels is too narrow for size ${size}; crop it first`,
  );
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function squareInside({ width, height }: Size): Size {
  const side = 2 * Math.min(Math.floor(width / 2), Math.floor(height / 2));
  return { width: side, height: side };
}

function patchesInside({ width, height }: Size, patchSize: number, squareOk: boolean): Size {
  const wholePatches = (side: number) => Math.floor(side / patchSize) * patchSize;
  const even = (side: number) => 2 * Math.floor(side / 2);
  const kept = { width: wholePatches(even(width)), height: wholePatches(even(height)) };
  // Where ¾ of the width is no multiple of the patch the original hands its network a size that it rejects.
  return width === height && !squareOk ? { ...kept, height: wholePatches(kept.width * 0.75) } : kept;
}

function centred(kept: Size, { width, height }: Size): PixelBox {
  return {
    left: Math.floor(width / 2) - kept.width / 2,
    top: Math.floor(height / 2) - kept.height / 2,
    ...kept,
  };
}

/** Python's rounding; Math.round takes halves upwards (spec pitfall 38). */
export function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/** A photograph made ready for the network. `image` has the network's size, `original` that of the (upright) photograph. */
export interface InferenceImage {
  readonly name: string;
  readonly image: RgbImage;
  readonly original: Size;
  readonly mapping: PixelMapping;
}

export interface LoadOptions extends FitOptions, DecodeOptions {
  readonly size: number;
}

/** Decodes, resizes (Lanczos to shrink, bicubic to enlarge) and crops one photograph as the original does (spec 5.1). */
export async function loadForInference(source: string | Uint8Array, options: LoadOptions): Promise<InferenceImage> {
  const name = options.name ?? (typeof source === 'string' ? source : 'image');
  const photograph = await decodeImage(source, options);
  return { name, ...fitImage(photograph, { ...options, name }) };
}

/** The same for pixels that are decoded already. */
export function fitImage(
  photograph: RgbImage,
  options: FitOptions & { readonly size: number },
): Omit<InferenceImage, 'name'> {
  const { width, height } = photograph;
  const { resized, crop } = fitForInference(width, height, options.size, options);
  const kernel = Math.max(width, height) > Math.max(resized.width, resized.height) ? 'lanczos' : 'bicubic';
  const whole = resizeImage(photograph, resized.width, resized.height, kernel);
  return {
    image: cropImage(whole, crop),
    original: { width, height },
    mapping: pixelMapping(photograph, resized, crop),
  };
}
