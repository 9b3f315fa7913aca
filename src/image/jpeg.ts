import sharp from 'sharp';
import { expectRgbImage, type RgbImage } from './rgb-image.ts';

/** A JPEG file of an image, scaled down so that no side is longer than `longSide`. */
export async function encodeJpeg(image: RgbImage, { longSide = 512, quality = 85 } = {}): Promise<Uint8Array> {
  expectRgbImage('encodeJpeg', image);
  const { width, height, data } = image;
  return sharp(data, { raw: { width, height, channels: 3 } })
    .resize({ width: longSide, height: longSide, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality })
    .toBuffer();
}
