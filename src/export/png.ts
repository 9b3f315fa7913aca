import { encode } from 'fast-png';

import { expectPixelMap, type PixelMap } from '#image/pixel-map.ts';
import { expectRgbImage, type RgbImage } from '#image/rgb-image.ts';

/** A picture as an 8-bit RGB PNG. */
export function encodeRgbPng(image: RgbImage): Uint8Array {
  expectRgbImage('encodeRgbPng', image);
  return encode({ ...image, depth: 8, channels: 3 });
}

/** A 16-bit PNG of depth and what one step of it means: depth = scale · stored; 0 stands for no depth. */
export interface DepthPng {
  readonly png: Uint8Array;
  readonly scale: number;
}

const largest = 65_535;

/**
 * Depth as a 16-bit grey PNG. `scale` is the depth of one step, in the map's own unit (0.001 stores metres as
 * millimetres); by default the farthest depth becomes 65535. It is also written into the file, as the text
 * `depth_scale`. Depths that are not positive and finite are stored as 0, meaning none.
 *
 * @throws RangeError if a depth is larger than `scale` can store.
 */
export function encodeDepthPng(depth: PixelMap, options: { readonly scale?: number } = {}): DepthPng {
  expectPixelMap('encodeDepthPng', depth);
  const farthest = depth.values.reduce((far, value) => (isDepth(value) ? Math.max(far, value) : far), 0);
  const scale = options.scale ?? (farthest === 0 ? 1 : farthest / largest);
  if (!(scale > 0) || Math.round(farthest / scale) > largest) {
    throw new RangeError(
      `encodeDepthPng: the scale ${scale} cannot store the depth ${farthest} in 16 bits; choose a larger one`,
    );
  }
  const data = Uint16Array.from(depth.values, (z) => (isDepth(z) ? Math.max(1, Math.round(z / scale)) : 0));
  const text = { depth_scale: String(scale) };
  return { png: encode({ width: depth.width, height: depth.height, data, depth: 16, channels: 1, text }), scale };
}

function isDepth(value: number): boolean {
  return value > 0 && value < Number.POSITIVE_INFINITY;
}
