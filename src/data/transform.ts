import type { RgbImage } from '#image/rgb-image.ts';
import type { NumpyRandom } from '#tensor/random.ts';
import { jitterColors } from './color-jitter.ts';

/** What happens to a cropped photograph before it becomes numbers in [-1, 1]. */
export type Transform = (image: RgbImage, random: NumpyRandom) => RgbImage;

/** By their names in dataset expressions: `transform=ColorJitter`. */
export const transforms = {
  ImgNorm: (image) => image,
  ColorJitter: jitterColors,
} as const satisfies Record<string, Transform>;

export type TransformName = keyof typeof transforms;
