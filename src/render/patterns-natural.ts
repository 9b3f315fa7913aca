import type { FastRandom } from '#tensor/random.ts';
import { between, wholeBetween } from './draw.ts';
import { cellNoise, fractalNoise, tilingNoise, wrap } from './noise.ts';
import { hsv, surfaceColor } from './palette.ts';
import type { Painter } from './patterns-built.ts';
import { mix, scale } from './vector.ts';

/** Paint or plaster: nearly one colour, with stains and grain. */
export function plaster(random: FastRandom): Painter {
  const base = surfaceColor(random);
  const stain = mix(base, surfaceColor(random), between(random, 0.1, 0.4));
  const roughness = between(random, 0.03, 0.25);
  const seed = random.uint32();
  return (u, v) => {
    const spots = fractalNoise(u, v, { cells: 3, octaves: 6, seed });
    const grain = tilingNoise(u * 96, v * 96, 96, seed + 50) - 0.5;
    return scale(mix(base, stain, Math.min(Math.max(spots * 3 - 1, 0), 1)), 1 + roughness * grain);
  };
}

/** Veins by warped noise. */
export function marble(random: FastRandom): Painter {
  const base = surfaceColor(random);
  const vein = surfaceColor(random);
  const bands = wholeBetween(random, 1, 4);
  const warp = between(random, 0.5, 2.5);
  const seed = random.uint32();
  return (u, v) => {
    const bend = fractalNoise(u, v, { cells: 3, octaves: 6, seed, gain: 0.6 });
    const t = Math.abs(Math.sin(Math.PI * (bands * (u + v) + warp * 4 * bend)));
    return mix(vein, base, t ** 0.5);
  };
}

/** Round stones, cobbles or a cracked ground. */
export function stones(random: FastRandom): Painter {
  const cells = wholeBetween(random, 4, 14);
  const stone = surfaceColor(random);
  const other = mix(stone, surfaceColor(random), 0.5);
  const gap = scale(stone, 0.3);
  const seed = random.uint32();
  return (u, v) => {
    const { distance, cell } = cellNoise(u * cells, v * cells, cells, seed);
    const grain = 0.75 + 0.5 * fractalNoise(u, v, { cells: 16, octaves: 3, seed });
    const edge = Math.min(Math.max((distance - 0.6) * 5, 0), 1);
    return scale(mix(mix(stone, other, cell), gap, edge), grain * (1.1 - 0.5 * distance));
  };
}

/** Grass, moss, earth or gravel: strong noise of all sizes. */
export function earth(random: FastRandom): Painter {
  const isGreen = random.uniform() < 0.5;
  const hue = isGreen ? between(random, 0.17, 0.36) : between(random, 0.04, 0.13);
  const dark = hsv(hue, between(random, 0.3, 0.7), between(random, 0.12, 0.3));
  const light = hsv(hue + between(random, -0.04, 0.04), between(random, 0.2, 0.6), between(random, 0.4, 0.8));
  const seed = random.uint32();
  return (u, v) => {
    const patches = fractalNoise(u, v, { cells: 3, octaves: 4, seed });
    const blades = fractalNoise(u, v, { cells: 40, octaves: 3, seed: seed + 31, gain: 0.8 });
    return mix(dark, light, Math.min(Math.max(0.6 * patches + 0.9 * blades - 0.25, 0), 1));
  };
}

/** Cloth of crossing threads. */
export function fabric(random: FastRandom): Painter {
  const threads = 2 * wholeBetween(random, 12, 40);
  const warp = surfaceColor(random);
  const weft = mix(warp, surfaceColor(random), between(random, 0, 0.6));
  const seed = random.uint32();
  return (u, v) => {
    const column = Math.floor(u * threads);
    const row = Math.floor(v * threads);
    const isOver = (column + row) % 2 === 0;
    const across = isOver ? u * threads - column : v * threads - row;
    const round = 0.7 + 0.3 * Math.sin(Math.PI * across);
    const worn = 0.8 + 0.4 * fractalNoise(u, v, { cells: 4, octaves: 5, seed });
    return scale(isOver ? warp : weft, round * worn);
  };
}

/** Brushed or rusty metal, or bark: noise drawn out along v. */
export function streaks(random: FastRandom): Painter {
  const base = surfaceColor(random);
  const other = mix(base, surfaceColor(random), between(random, 0.2, 0.8));
  const fineness = wholeBetween(random, 16, 80);
  const seed = random.uint32();
  return (u, v) => {
    const drift = tilingNoise(u * 3, v * 3, 3, seed);
    const lines = tilingNoise(wrap(u + 0.05 * drift, 1) * fineness, v * 3, fineness, seed + 1);
    const fine = tilingNoise(u * fineness * 4, v * 8, fineness * 4, seed + 2);
    return mix(base, other, 0.7 * lines + 0.3 * fine);
  };
}
