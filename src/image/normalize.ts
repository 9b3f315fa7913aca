import { expectRgbImage, type RgbImage } from './rgb-image.ts';

/**
 * What the network sees: [0, 255] → [-1, 1] (spec pitfall 49), interleaved, for a tensor [B, H, W, 3].
 * All images must have the same size.
 */
export function normalizePixels(images: readonly RgbImage[]): Float32Array {
  const [first] = images;
  if (!first) throw new RangeError('normalizePixels: expected at least one image, got none');
  const length = first.width * first.height * 3;
  const table = Float32Array.from({ length: 256 }, (_, value) => (Math.fround(value / 255) - 0.5) / 0.5);
  const values = new Float32Array(images.length * length);
  images.forEach((image, index) => {
    expectRgbImage(`normalizePixels: image ${index}`, image);
    if (image.width !== first.width || image.height !== first.height) {
      throw new RangeError(
        `normalizePixels: image ${index} has ${image.width} × ${image.height} pixels, image 0 ${first.width} × ${first.height}`,
      );
    }
    for (let i = 0; i < length; i++) values[index * length + i] = table[image.data[i] as number] as number;
  });
  return values;
}

/** The inverse: [-1, 1] → 8-bit pixels, rounded and clipped. `values` is one image [H, W, 3]. */
export function denormalizePixels(values: Float32Array, width: number, height: number): RgbImage {
  const image = { width, height, data: Uint8Array.from(values, (value) => clip8((value * 0.5 + 0.5) * 255)) };
  expectRgbImage('denormalizePixels', image);
  return image;
}

function clip8(value: number): number {
  return Math.min(Math.max(Math.round(value), 0), 255);
}
