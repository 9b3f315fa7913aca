import type { RgbImage } from '#image/rgb-image.ts';

// By their own names: jest's sandbox looks globals up slowly, and these are called for every pixel.
const { floor, max, min, round } = Math;

/** A picture on a surface, with copies of half, a quarter… the size for surfaces far away. Pixels are sRGB. */
export interface Texture {
  /** From the full size down to 1 pixel. */
  readonly levels: readonly RgbImage[];
}

export function createTexture(image: RgbImage): Texture {
  const levels = [image];
  for (let last = image; last.width > 1 || last.height > 1; levels.push(last)) last = halve(last);
  return { levels };
}

/** Averages 2×2 pixels (2×1 along an axis of length 1). An odd last row or column is dropped. */
function halve({ width, height, data }: RgbImage): RgbImage {
  const half = { width: Math.max(width >> 1, 1), height: Math.max(height >> 1, 1) };
  const result = new Uint8Array(half.width * half.height * 3);
  const right = width > 1 ? 3 : 0;
  const down = height > 1 ? 3 * width : 0;
  for (let to = 0; to < result.length; to++) {
    const pixel = (to / 3) | 0;
    const x = pixel % half.width;
    const from = 2 * ((pixel - x) / half.width) * down + 2 * x * right + (to % 3);
    const above = (data[from] as number) + (data[from + right] as number);
    const below = (data[from + down] as number) + (data[from + right + down] as number);
    result[to] = (above + below + 2) >> 2;
  }
  return { ...half, data: result };
}

/** sRGB bytes as linear light. */
export const linearOfByte = Float32Array.from({ length: 256 }, (_, byte) => linearOf(byte / 255));

/** sRGB in [0, 1] → linear light. */
export function linearOf(srgb: number): number {
  return srgb <= 0.04045 ? srgb / 12.92 : ((srgb + 0.055) / 1.055) ** 2.4;
}

/**
 * The colour at (u, v), in tiles from the top left corner, bilinear, in linear light.
 * @param level log2 of how many texels of the full size one sample covers
 * @param color receives red, green, blue
 */
export function sampleTexture(texture: Texture, uv: Float64Array, level: number, color: Float64Array): void {
  const { levels } = texture;
  const image = levels[min(max(round(level), 0), levels.length - 1)] as RgbImage;
  const { width, height, data } = image;
  const u = uv[0] as number;
  const v = uv[1] as number;
  const x = (u - floor(u)) * width - 0.5;
  const y = (v - floor(v)) * height - 0.5;
  const column = floor(x);
  const row = floor(y);
  const fx = x - column;
  const fy = y - row;
  const left = column < 0 ? width - 1 : column;
  const right = column + 1 >= width ? 0 : column + 1;
  const top = (row < 0 ? height - 1 : row) * width;
  const bottom = (row + 1 >= height ? 0 : row + 1) * width;
  const a = 3 * (top + left);
  const b = 3 * (top + right);
  const c = 3 * (bottom + left);
  const d = 3 * (bottom + right);
  const wa = (1 - fx) * (1 - fy);
  const wb = fx * (1 - fy);
  const wc = (1 - fx) * fy;
  const wd = fx * fy;
  for (let k = 0; k < 3; k++) {
    color[k] =
      wa * (linearOfByte[data[a + k] as number] as number) +
      wb * (linearOfByte[data[b + k] as number] as number) +
      wc * (linearOfByte[data[c + k] as number] as number) +
      wd * (linearOfByte[data[d + k] as number] as number);
  }
}
