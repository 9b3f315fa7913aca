import type { FastRandom } from '#tensor/random.ts';
import { between, chance } from './draw.ts';
import { linearOf } from './texture.ts';
import type { Vector } from './vector.ts';

/** Hue in turns, saturation and value in [0, 1] → sRGB in [0, 1]. */
export function hsv(hue: number, saturation: number, value: number): Vector {
  const channel = (shift: number) => {
    const k = (shift + hue * 6) % 6;
    return value - value * saturation * Math.max(0, Math.min(k, 4 - k, 1));
  };
  return [channel(5), channel(3), channel(1)];
}

/** A colour as surfaces have it: mostly pale, greyish or warm, at times strong. sRGB. */
export function surfaceColor(random: FastRandom): Vector {
  const hue = chance(random, 0.5) ? between(random, 0.02, 0.15) : random.uniform();
  const saturation = chance(random, 0.2) ? between(random, 0.4, 0.9) : between(random, 0, 0.35);
  return hsv(hue, saturation, between(random, 0.25, 0.95));
}

/** Browns from pale birch to dark walnut. sRGB. */
export function woodColor(random: FastRandom): Vector {
  return hsv(between(random, 0.05, 0.11), between(random, 0.25, 0.7), between(random, 0.25, 0.85));
}

/** A near-white for ceilings and walls, in linear light. */
export function paleColor(random: FastRandom): Vector {
  return toLinear(hsv(random.uniform(), between(random, 0, 0.14), between(random, 0.75, 0.97)));
}

export function toLinear([red, green, blue]: Vector): Vector {
  return [linearOf(red), linearOf(green), linearOf(blue)];
}
