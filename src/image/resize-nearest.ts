import { expectPixelMap, type PixelMap } from './pixel-map.ts';
import { expectSize } from './rgb-image.ts';

/**
 * Which source pixel an output pixel takes: `corner` is OpenCV's INTER_NEAREST, floor(out · step), which shifts by up to
 * half a pixel (spec pitfall 40); `centre` is floor((out + ½) · step), where pixel centres
 * meet (INTER_NEAREST_EXACT but for ties).
 */
export type NearestConvention = 'corner' | 'centre';

/** Resizes without mixing values, as depth needs: no surface appears between a near and a far one (spec 10.3). */
export function resizeNearest<Values extends Float32Array | Uint16Array | Uint8Array>(
  map: PixelMap<Values>,
  width: number,
  height: number,
  convention: NearestConvention,
): PixelMap<Values> {
  expectSize('resizeNearest', width, height);
  expectPixelMap('resizeNearest: map', map);
  const columns = nearestPositions(map.width, width, convention);
  const rows = nearestPositions(map.height, height, convention);
  const values = new (map.values.constructor as new (length: number) => Values)(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    const row = (rows[y] as number) * map.width;
    for (let x = 0; x < width; x++, to++) values[to] = map.values[row + (columns[x] as number)] as number;
  }
  return { width, height, values };
}

function nearestPositions(from: number, to: number, convention: NearestConvention): Int32Array {
  const step = 1 / (to / from); // in this order: OpenCV's own rounding decides some ties
  const shift = convention === 'centre' ? 0.5 : 0;
  return Int32Array.from({ length: to }, (_, out) => Math.min(Math.floor((out + shift) * step), from - 1));
}
