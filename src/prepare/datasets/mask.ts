import { decodeImage } from '#image/decode.ts';
import type { PixelMap } from '#image/pixel-map.ts';

/** A grey 8-bit image, such as where an object is. @throws Error, one line that names the file */
export async function readMask(path: string): Promise<PixelMap<Uint8Array>> {
  const { width, height, data } = await decodeImage(path);
  const values = new Uint8Array(width * height);
  for (let i = 0; i < values.length; i++) values[i] = data[3 * i] as number;
  return { width, height, values };
}
