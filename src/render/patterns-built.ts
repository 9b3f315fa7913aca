import type { FastRandom } from '#tensor/random.ts';
import { between, chance, pick, wholeBetween } from './draw.ts';
import { fractalNoise, hashNoise, tilingNoise, wrap } from './noise.ts';
import { surfaceColor, woodColor } from './palette.ts';
import { mix, scale, type Vector } from './vector.ts';

/** The sRGB colour at (u, v) in [0, 1)²; what leaves on one side comes back on the other. */
export type Painter = (u: number, v: number) => Vector;

/** Rows of bricks or tiles, each row shifted, each stone a little different. */
export function bricks(random: FastRandom): Painter {
  const rows = 2 * wholeBetween(random, 2, 6);
  const columns = wholeBetween(random, 2, 5);
  const shift = pick(random, [0.5, 0.5, 0.25]);
  const joint = between(random, 0.03, 0.12);
  const stone = surfaceColor(random);
  const other = mix(stone, surfaceColor(random), 0.4);
  const mortar = scale([0.8, 0.78, 0.74], between(random, 0.4, 1));
  const seed = random.uint32();
  return (u, v) => {
    const row = Math.floor(v * rows);
    const x = u * columns + (row % 2) * shift;
    const column = wrap(Math.floor(x), columns);
    const grain = 0.8 + 0.4 * fractalNoise(u, v, { cells: 12, octaves: 4, seed });
    const edge = edgeDistance(x - Math.floor(x), v * rows - row, columns / rows);
    if (edge < joint + 0.03 * (grain - 1)) return scale(mortar, grain * 0.95);
    return scale(mix(stone, other, hashNoise(column, row, seed)), grain);
  };
}

/** Distance to the nearest side of a cell, in heights of the cell. */
function edgeDistance(x: number, y: number, aspect: number): number {
  return Math.min(Math.min(x, 1 - x) / aspect, y, 1 - y);
}

/** Square tiles with joints, in one or two colours, some with a motif. */
export function tiles(random: FastRandom): Painter {
  const count = 2 * wholeBetween(random, 1, 4);
  const joint = between(random, 0.01, 0.05);
  const first = surfaceColor(random);
  const second = chance(random, 0.5) ? first : surfaceColor(random);
  const motif = surfaceColor(random);
  const radius = chance(random, 0.4) ? between(random, 0.15, 0.42) : 0;
  const grout = scale([0.75, 0.74, 0.72], between(random, 0.3, 1.2));
  const seed = random.uint32();
  return (u, v) => {
    const column = Math.floor(u * count);
    const row = Math.floor(v * count);
    const x = u * count - column;
    const y = v * count - row;
    if (edgeDistance(x, y, 1) < joint) return grout;
    const veins = 0.92 + 0.16 * fractalNoise(u, v, { cells: 6, octaves: 5, seed });
    if (Math.abs(Math.hypot(x - 0.5, y - 0.5) - radius) < 0.06 && radius > 0) return scale(motif, veins);
    const shade = 0.9 + 0.15 * hashNoise(column, row, seed);
    return scale((column + row) % 2 ? first : second, veins * shade);
  };
}

export function checker(random: FastRandom): Painter {
  const count = 2 * wholeBetween(random, 1, 8);
  const dark = surfaceColor(random);
  const light = surfaceColor(random);
  const seed = random.uint32();
  return (u, v) => {
    const isDark = (Math.floor(u * count) + Math.floor(v * count)) % 2 === 0;
    const wear = 0.85 + 0.25 * fractalNoise(u, v, { cells: 5, octaves: 5, seed });
    return scale(isDark ? dark : light, wear);
  };
}

/** Stripes of several widths along v. */
export function stripes(random: FastRandom): Painter {
  const bands = Array.from({ length: wholeBetween(random, 2, 9) }, () => ({
    end: between(random, 0.3, 1.5),
    color: surfaceColor(random),
  }));
  const total = bands.reduce((sum, { end }) => sum + end, 0);
  const repeats = wholeBetween(random, 1, 5);
  const seed = random.uint32();
  return (u, v) => {
    let rest = wrap(u * repeats, 1) * total;
    const band = bands.find(({ end }) => {
      rest -= end;
      return rest < 0;
    });
    const weave = 0.9 + 0.2 * tilingNoise(u * 64, v * 64, 64, seed);
    return scale((band ?? bands[0])?.color ?? [0.5, 0.5, 0.5], weave);
  };
}

/** Boards along v, each of its own grain. */
export function planks(random: FastRandom): Painter {
  const boards = wholeBetween(random, 1, 8);
  const light = woodColor(random);
  const dark = scale(light, between(random, 0.4, 0.8));
  const grain = wholeBetween(random, 6, 24);
  const gap = boards === 1 ? 0 : between(random, 0.01, 0.05);
  const seed = random.uint32();
  return (u, v) => {
    const board = Math.floor(u * boards);
    const x = u * boards - board;
    const tone = hashNoise(board, 1, seed);
    const end = wrap(v + hashNoise(board, 2, seed), 1);
    if (Math.min(x, 1 - x) < gap || (boards > 1 && end < 0.006)) return scale(dark, 0.45);
    const bend = fractalNoise(u, v, { cells: 2, octaves: 3, seed: seed + board });
    const rings = fractalNoise(wrap(u + 0.15 * bend, 1), v, { cells: grain, octaves: 2, seed }) * 0.4 + bend * 9;
    const fibre = tilingNoise(u * 128, v * 6, 128, seed + 9);
    const t = 0.55 * Math.abs(2 * wrap(rings, 1) - 1) + 0.25 * fibre + 0.3 * tone;
    return mix(light, dark, t);
  };
}
