import { expectPixelMap, type PixelMap } from './pixel-map.ts';
import { expectRgbImage, type RgbImage } from './rgb-image.ts';

/** How often an image is turned clockwise by 90°. */
export type QuarterTurns = 0 | 1 | 2 | 3;

export function turnImage(image: RgbImage, turns: QuarterTurns): RgbImage {
  expectRgbImage('turnImage: image', image);
  const { start, right, down, size } = walk(image, turns);
  const data = new Uint8Array(image.data.length);
  for (let y = 0, to = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const from = 3 * (start + x * right + y * down);
      for (let k = 0; k < 3; k++, to++) data[to] = image.data[from + k] as number;
    }
  }
  return { ...size, data };
}

/** The same for one number a pixel. */
export function turnMap<Values extends Float32Array | Uint16Array | Uint8Array>(
  map: PixelMap<Values>,
  turns: QuarterTurns,
): PixelMap<Values> {
  expectPixelMap('turnMap: map', map);
  const { start, right, down, size } = walk(map, turns);
  const values = new (map.values.constructor as new (length: number) => Values)(map.values.length);
  for (let y = 0, to = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, to++) values[to] = map.values[start + x * right + y * down] as number;
  }
  return { ...size, values };
}

/** The turned image's first pixel in the source, and the steps there for one to the right and one down. */
function walk({ width, height }: { readonly width: number; readonly height: number }, turns: QuarterTurns) {
  const turned = { width: height, height: width };
  switch (turns) {
    case 0:
      return { start: 0, right: 1, down: width, size: { width, height } };
    case 1:
      return { start: (height - 1) * width, right: -width, down: 1, size: turned };
    case 2:
      return { start: height * width - 1, right: -1, down: -width, size: { width, height } };
    case 3:
      return { start: width - 1, right: width, down: -1, size: turned };
  }
}
