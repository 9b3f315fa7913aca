import { expectSize } from './rgb-image.ts';

/** One number per pixel, row-major [height, width]: a depth map, a confidence map, a mask. */
export interface PixelMap<Values extends Float32Array | Uint16Array | Uint8Array = Float32Array> {
  readonly width: number;
  readonly height: number;
  readonly values: Values;
}

/** Throws unless there is one value for each pixel. */
export function expectPixelMap(
  name: string,
  { width, height, values }: PixelMap<Float32Array | Uint16Array | Uint8Array>,
): void {
  expectSize(name, width, height);
  if (values.length === width * height) return;
  throw new RangeError(`${name}: expected ${width} × ${height} values, got ${values.length}`);
}
