import { expectRgbImage, type PixelBox, type RgbImage } from './rgb-image.ts';

/** Copies the pixels of a box, which must lie within the image. */
export function cropImage(image: RgbImage, box: PixelBox): RgbImage {
  expectRgbImage('cropImage: image', image);
  const { left, top, width, height } = box;
  const whole = [left, top, width, height].every((value) => Number.isInteger(value) && value >= 0);
  if (!whole || width === 0 || height === 0 || left + width > image.width || top + height > image.height) {
    throw new RangeError(
      `cropImage: the box ${width} × ${height} at (${left}, ${top}) does not lie within ${image.width} × ${image.height}`,
    );
  }
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * 3;
    data.set(image.data.subarray(from, from + width * 3), y * width * 3);
  }
  return { width, height, data };
}
