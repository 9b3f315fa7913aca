import type { RgbImage } from '#image/rgb-image.ts';
import type { FastRandom } from '#tensor/random.ts';
import { between, chance } from './draw.ts';
import type { Vector } from './vector.ts';

/** What a camera makes of the light. */
export interface Development {
  /** How bright the middle of the tones becomes, linear. */
  readonly key: number;
  /** Gains of red, green, blue. */
  readonly whiteBalance: Vector;
  /** Loss of light at the corners, 0 to 1. */
  readonly vignetting: number;
  /** Part of a pixel's light that falls on each neighbour along an axis. */
  readonly blur: number;
  /** Standard deviation at full light, linear. */
  readonly noise: number;
  /** Below 1: flatter. */
  readonly contrast: number;
}

export function drawDevelopment(random: FastRandom): Development {
  const warmth = between(random, -0.15, 0.15);
  const tint = between(random, -0.04, 0.04);
  return {
    key: between(random, 0.12, 0.3),
    whiteBalance: [1 + warmth, 1 + tint, 1 - warmth],
    vignetting: chance(random, 0.5) ? between(random, 0, 0.35) : 0,
    blur: between(random, 0, 0.14),
    noise: between(random, 0.001, 0.025),
    contrast: between(random, 0.85, 1.2),
  };
}

/** Linear light [H, W, 3] → a photograph, exposed for its own mean brightness. */
export function develop(
  radiance: Float32Array,
  size: { readonly width: number; readonly height: number },
  development: Development,
  random: FastRandom,
): RgbImage {
  const { width, height } = size;
  const blurred = blurRows(
    blurRows(radiance, { width, height, step: 3 }, development.blur),
    { width, height, step: 3 * width },
    development.blur,
  );
  const exposure = development.key / geometricMean(blurred);
  const data = new Uint8Array(blurred.length);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const out = ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) * 2;
      const gain = exposure * (1 - development.vignetting * out);
      for (let k = 0; k < 3; k++, at++) {
        const light = gain * (blurred[at] as number) * (development.whiteBalance[k] as number);
        data[at] = toByte(light, development, random);
      }
    }
  }
  return { width, height, data };
}

/** Adds noise, bends the tones so that highlights roll off, encodes as sRGB. */
function toByte(light: number, { noise, contrast }: Development, random: FastRandom): number {
  const noisy = Math.max(light + noise * Math.sqrt(light + 0.02) * roughNormal(random), 0);
  const toned = (noisy * (1 + noisy / 9)) / (1 + noisy);
  const contrasted = contrast === 1 ? toned : 0.18 * (toned / 0.18) ** contrast;
  return Math.round(255 * (encode[Math.min(Math.round(contrasted * 4095), 4095)] as number));
}

/** Nearly normal, for the price of two uniform draws. */
function roughNormal(random: FastRandom): number {
  return 2.4495 * (random.uniform() + random.uniform() - 1);
}

/** Linear light in 4096 steps → sRGB in [0, 1]. */
const encode = Float32Array.from({ length: 4096 }, (_, i) => {
  const x = i / 4095;
  return x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055;
});

function geometricMean(radiance: Float32Array): number {
  let sum = 0;
  for (let i = 1; i < radiance.length; i += 3) sum += Math.log(Math.min(radiance[i] as number, 100) + 0.01);
  return Math.exp((3 * sum) / radiance.length);
}

interface Row {
  readonly width: number;
  readonly height: number;
  /** From one pixel to the next along the axis. */
  readonly step: number;
}

/** Three taps along one axis; the pixels at the border stay. */
function blurRows(values: Float32Array, { width, height, step }: Row, weight: number): Float32Array {
  if (weight === 0) return values;
  const result = values.slice();
  const [border, margin] = step > 3 ? [0, 1] : [1, 0];
  for (let y = margin; y < height - margin; y++) {
    for (let at = 3 * (y * width + border); at < 3 * ((y + 1) * width - border); at++) {
      const beside = (values[at - step] as number) + (values[at + step] as number);
      result[at] = (1 - 2 * weight) * (values[at] as number) + weight * beside;
    }
  }
  return result;
}
