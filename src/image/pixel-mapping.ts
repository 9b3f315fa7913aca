import { expectPixelMap, type PixelMap } from './pixel-map.ts';
import type { PixelBox } from './rgb-image.ts';

/**
 * Where a network pixel lies in the photograph: original = scale · network + offset, per axis [x, y]. Pixel centres are
 * at integers in both, so resizing by s keeps (x + ½)·s = x' + ½ and the offset carries the half pixels (pitfall 41).
 * A focal length in pixels is multiplied by `scale`; a principal point maps like any other pixel position.
 */
export interface PixelMapping {
  readonly scale: readonly [x: number, y: number];
  readonly offset: readonly [x: number, y: number];
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The mapping of an image that was resized from `original` to `resized` and then cropped to `crop`. */
export function pixelMapping(original: Size, resized: Size, crop: PixelBox): PixelMapping {
  const scale = [original.width / resized.width, original.height / resized.height] as const;
  return { scale, offset: [(crop.left + 0.5) * scale[0] - 0.5, (crop.top + 0.5) * scale[1] - 0.5] };
}

/** Network pixel → pixel of the photograph. */
export function toOriginalPixel({ scale, offset }: PixelMapping, [x, y]: readonly [number, number]): [number, number] {
  return [x * scale[0] + offset[0], y * scale[1] + offset[1]];
}

/** Pixel of the photograph → network pixel. */
export function toNetworkPixel({ scale, offset }: PixelMapping, [x, y]: readonly [number, number]): [number, number] {
  return [(x - offset[0]) / scale[0], (y - offset[1]) / scale[1]];
}

/**
 * A map of the network's size, such as depth, at the photograph's size: every pixel takes the nearest network pixel, and
 * `outside` where the crop cut it off.
 */
export function mapToOriginal(map: PixelMap, mapping: PixelMapping, original: Size, outside = 0): PixelMap {
  expectPixelMap('mapToOriginal: map', map);
  const { width, height } = original;
  const columns = Int32Array.from({ length: width }, (_, x) => Math.round(toNetworkPixel(mapping, [x, 0])[0]));
  const rows = Int32Array.from({ length: height }, (_, y) => Math.round(toNetworkPixel(mapping, [0, y])[1]));
  const values = new Float32Array(width * height).fill(outside);
  for (let y = 0; y < height; y++) {
    const row = rows[y] as number;
    if (row < 0 || row >= map.height) continue;
    for (let x = 0; x < width; x++) {
      const column = columns[x] as number;
      if (column >= 0 && column < map.width) values[y * width + x] = map.values[row * map.width + column] as number;
    }
  }
  return { width, height, values };
}
