import { fractalNoise } from './noise.ts';
import type { Surroundings } from './scene.ts';
import { mix, scale, type Vector } from './vector.ts';

/** The sky's colour in a direction of length 1. */
export function skyColor(surroundings: Surroundings, [x, y, z]: Vector): Vector {
  const { horizon, zenith, ground, clouds, seed } = surroundings;
  if (y < 0) return mix(horizon, ground, Math.min(-4 * y, 1));
  const clear = mix(horizon, zenith, y ** 0.6);
  if (clouds === 0) return clear;
  const height = 0.12 + y;
  const density = fractalNoise(x / height / 8, z / height / 8, { cells: 4, octaves: 5, seed });
  const cover = Math.min(Math.max((density - 0.65 + 0.4 * clouds) * 5, 0), 1);
  return mix(clear, scale(horizon, 1.15), cover * Math.min(y * 8, 1));
}

/** Ambient light on a surface whose normal has the height `up`, into `color`. */
export function ambientLight({ horizon, zenith, ground }: Surroundings, up: number, color: Float64Array): void {
  const above = 0.5 + 0.5 * up;
  for (let k = 0; k < 3; k++) {
    const sky = 0.5 * ((horizon[k] as number) + (zenith[k] as number));
    color[k] = sky * above + (ground[k] as number) * (1 - above);
  }
}
