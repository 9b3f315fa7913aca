import { expectRgbImage, expectSize, type RgbImage } from './rgb-image.ts';

/** Of an output pixel, where in the source image its value comes from. */
export interface SamplingMap {
  readonly width: number;
  readonly height: number;
  /** [H, W]: column and row in the source, pixel centres at integers; NaN for none. */
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/**
 * Samples an image anew, bilinearly, as OpenCV's `remap` does (which rounds positions to 1/32 pixel).
 * @param outside the value of all channels beyond the source; it mixes with the pixels at its edge
 */
export function remapImage(image: RgbImage, map: SamplingMap, outside = 0): RgbImage {
  expectRgbImage('remapImage: image', image);
  const { width, height, x, y } = map;
  expectSize('remapImage: map', width, height);
  const data = new Uint8Array(3 * width * height).fill(outside);
  for (let i = 0; i < width * height; i++) {
    const u = x[i] as number;
    const v = y[i] as number;
    if (u > -1 && v > -1 && u < image.width && v < image.height) sample(image, { u, v, outside }, data, i);
  }
  return { width, height, data };
}

interface Place {
  readonly u: number;
  readonly v: number;
  readonly outside: number;
}

function sample({ width, height, data }: RgbImage, { u, v, outside }: Place, to: Uint8Array, pixel: number): void {
  const left = Math.floor(u);
  const top = Math.floor(v);
  // Neighbours beyond the edge weigh nothing.
  const toLeft = left < 0 ? 0 : left + 1 - u;
  const toRight = left + 1 < width ? u - left : 0;
  const toTop = top < 0 ? 0 : top + 1 - v;
  const toBottom = top + 1 < height ? v - top : 0;
  const first = Math.max(top, 0) * width;
  const second = Math.min(top + 1, height - 1) * width;
  const near = Math.max(left, 0);
  const far = Math.min(left + 1, width - 1);
  const rest = outside * (1 - (toLeft + toRight) * (toTop + toBottom));
  for (let k = 0; k < 3; k++) {
    const above = toLeft * (data[3 * (first + near) + k] as number) + toRight * (data[3 * (first + far) + k] as number);
    const below =
      toLeft * (data[3 * (second + near) + k] as number) + toRight * (data[3 * (second + far) + k] as number);
    to[3 * pixel + k] = Math.round(toTop * above + toBottom * below + rest);
  }
}
