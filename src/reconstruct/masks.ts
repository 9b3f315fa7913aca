import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { decodeImage } from '#image/decode.ts';
import type { InferenceImage } from '#image/fit.ts';
import { expectPixelMap, type PixelMap } from '#image/pixel-map.ts';
import { toOriginalPixel } from '#image/pixel-mapping.ts';

/** Of a photograph's own size, upright: pixels that are 0 take no part in anything. */
export type PhotographMask = PixelMap<Uint8Array>;

/**
 * The masks of photographs from a folder of pictures: `a.png` or `a.jpg.png` is that of `a.jpg`. Dark pixels (below half)
 * are left out, bright ones are used; a photograph without a mask is used whole.
 * @throws Error naming a mask that cannot be read, or the folder if it has no mask of any of the photographs
 */
export async function readMasks(folder: string, names: readonly string[]): Promise<Map<string, PhotographMask>> {
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${folder}: expected a folder of masks (${error.code ?? error.message})`, { cause: error });
  });
  const masks = new Map<string, PhotographMask>();
  for (const name of names) {
    const { base, name: stem } = parse(name);
    const file = files.find((each) => [base, stem].includes(parse(each).name));
    if (file !== undefined) masks.set(name, await readMask(join(folder, file)));
  }
  if (masks.size > 0) return masks;
  const example = `${parse(names[0] ?? 'photograph.jpg').name}.png`;
  throw new Error(`${folder}: expected masks named like the photographs, for instance ${example}, found none`);
}

async function readMask(path: string): Promise<PhotographMask> {
  const { width, height, data } = await decodeImage(path);
  return {
    width,
    height,
    values: Uint8Array.from({ length: width * height }, (_, i) => Number((data[3 * i] ?? 0) >= 128)),
  };
}

/**
 * A photograph's mask at the network's size: [H, W], 0 or 1, each pixel from where it lies in the photograph.
 * @throws Error if the mask has not the photograph's size
 */
export function fitMask(mask: PhotographMask, { name, image, original, mapping }: InferenceImage): Uint8Array {
  expectPixelMap(`mask of ${name}`, mask);
  if (mask.width !== original.width || mask.height !== original.height) {
    const sizes = `${original.width}×${original.height} pixels, the photograph's size, got ${mask.width}×${mask.height}`;
    throw new Error(`mask of ${name}: expected ${sizes}`);
  }
  const nearest = (value: number, length: number) => Math.min(Math.max(Math.round(value), 0), length - 1);
  return Uint8Array.from({ length: image.width * image.height }, (_, i) => {
    const [x, y] = toOriginalPixel(mapping, [i % image.width, Math.floor(i / image.width)]);
    const place = nearest(y, mask.height) * mask.width + nearest(x, mask.width);
    return Number(mask.values[place] !== 0);
  });
}
