import type { RgbImage } from '#image/rgb-image.ts';
import type { NumpyRandom } from '#tensor/random.ts';

// As locals: they are called for every pixel.
const { floor, fround, max, min, round, trunc } = Math;

/**
 * Brightness, contrast and saturation times U[0.5, 1.5], hue plus U[-0.1, 0.1] turns, in random order (spec 4.1). The
 * order is drawn first, then the four factors. Every step rounds to 8 bits as Pillow does under torchvision (spec 10.4).
 */
export function jitterColors(image: RgbImage, random: NumpyRandom): RgbImage {
  const order = random.permutation(4);
  const brightness = random.uniform(0.5, 1.5);
  const contrast = random.uniform(0.5, 1.5);
  const saturation = random.uniform(0.5, 1.5);
  const hue = random.uniform(-0.1, 0.1);
  const data = image.data.slice();
  const steps = [
    () => adjustBrightness(data, brightness),
    () => adjustContrast(data, contrast),
    () => adjustSaturation(data, saturation),
    () => adjustHue(data, hue),
  ];
  for (const step of order) steps[step]?.();
  return { ...image, data };
}

/** Blends interleaved RGB pixels with black, in place; 1 changes nothing. */
export function adjustBrightness(pixels: Uint8Array, factor: number): void {
  lookUp(
    pixels,
    Uint8Array.from({ length: 256 }, (_, value) => blend(0, value, factor)),
  );
}

/** Blends with the grey of the mean luma, in place. */
export function adjustContrast(pixels: Uint8Array, factor: number): void {
  let sum = 0;
  for (let i = 0; i < pixels.length; i += 3) sum += luma(pixels, i);
  const grey = floor(sum / (pixels.length / 3) + 0.5);
  lookUp(
    pixels,
    Uint8Array.from({ length: 256 }, (_, value) => blend(grey, value, factor)),
  );
}

/** Blends every pixel with its own luma, in place. */
export function adjustSaturation(pixels: Uint8Array, factor: number): void {
  for (let i = 0; i < pixels.length; i += 3) {
    const grey = luma(pixels, i);
    for (let k = i; k < i + 3; k++) pixels[k] = blend(grey, pixels[k] as number, factor);
  }
}

/** Turns the hue by a part of the circle in [-0.5, 0.5], in place, through Pillow's 8-bit HSV. */
export function adjustHue(pixels: Uint8Array, turn: number): void {
  const shift = trunc(turn * 255);
  for (let i = 0; i < pixels.length; i += 3) turnHue(pixels, i, shift);
}

function lookUp(pixels: Uint8Array, table: Uint8Array): void {
  for (let i = 0; i < pixels.length; i++) pixels[i] = table[pixels[i] as number] as number;
}

/** Pillow's Image.blend: in float32, clipped and cut off, not rounded. */
function blend(from: number, to: number, factor: number): number {
  const value = fround(from + fround(fround(factor) * (to - from)));
  return value <= 0 ? 0 : value >= 255 ? 255 : trunc(value);
}

/** ITU-R 601-2, in Pillow's fixed point. */
function luma(pixels: Uint8Array, i: number): number {
  const [red, green, blue] = [pixels[i] as number, pixels[i + 1] as number, pixels[i + 2] as number];
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}

/** Which channel is the largest, the second and the smallest in each sixth of the circle of hues. */
const highest = [0, 1, 1, 2, 2, 0];
const middle = [1, 0, 2, 1, 0, 2];
const lowest = [2, 2, 0, 0, 1, 1];

/** Pillow's RGB → HSV → RGB of one pixel with a turned hue, in float32. Greys have no hue. */
function turnHue(pixels: Uint8Array, i: number, shift: number): void {
  const red = pixels[i] as number;
  const green = pixels[i + 1] as number;
  const blue = pixels[i + 2] as number;
  const value = max(red, green, blue);
  const range = value - min(red, green, blue);
  const saturation = range === 0 ? 0 : trunc(fround(range / value) * 255);
  const s = fround(saturation / 255);
  const sixths = fround((((hueOf(red, green, blue) + shift) & 255) * 6) / 255);
  const sector = floor(sixths);
  const f = fround(sixths - sector);
  const low = round(fround(value * fround(1 - s)));
  // The second channel falls in odd sixths and rises in even ones.
  const fallen = fround(s * (sector % 2 === 1 ? f : fround(1 - f)));
  const between = round(fround(value * fround(1 - fallen)));
  const turned = sector % 6;
  pixels[i + (highest[turned] as number)] = value;
  pixels[i + (middle[turned] as number)] = between;
  pixels[i + (lowest[turned] as number)] = low;
}

/** 0 … 255 around the circle. */
function hueOf(red: number, green: number, blue: number): number {
  const value = max(red, green, blue);
  const range = value - min(red, green, blue);
  if (range === 0) return 0;
  const r = fround((value - red) / range);
  const g = fround((value - green) / range);
  const b = fround((value - blue) / range);
  const sixths = fround(red === value ? b - g : green === value ? 2 + r - b : 4 + g - r);
  return trunc(fround((sixths / 6 + 1) % 1) * 255);
}
