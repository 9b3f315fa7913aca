/** Pixels of one image on the host: `data` is row-major [height, width, 3], 8-bit sRGB. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A rectangle of whole pixels; `left` and `top` are included, `left + width` and `top + height` are not. */
export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The largest side that is produced or read; beyond it a size is a mistake or an attack. */
export const maxSide = 65_535;

/** Throws unless both sizes are whole numbers from 1 to `maxSide`. */
export function expectSize(name: string, width: number, height: number): void {
  const fits = (side: number) => Number.isInteger(side) && side >= 1 && side <= maxSide;
  if (fits(width) && fits(height)) return;
  throw new RangeError(
    `${name}: width and height must be whole numbers from 1 to ${maxSide}, got ${width} × ${height}`,
  );
}

/** Throws unless the sizes are positive integers and `data` holds exactly that many RGB pixels. */
export function expectRgbImage(name: string, { width, height, data }: RgbImage): void {
  expectSize(name, width, height);
  const expected = width * height * 3;
  if (data.length === expected) return;
  throw new RangeError(`${name}: expected ${expected} bytes for ${width} × ${height} RGB pixels, got ${data.length}`);
}
