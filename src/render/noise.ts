// By their own names: jest's sandbox looks globals up slowly, and these are called millions of times.
const { floor, hypot, imul } = Math;

/** A number in [0, 1) from whole coordinates and a seed, without any state. */
export function hashNoise(x: number, y: number, seed: number): number {
  return stir(imul(x, 0x27d4_eb2d) ^ imul(y, 0x1656_67b1) ^ imul(seed, 0x9e37_79b1));
}

function stir(key: number): number {
  let h = imul(key ^ (key >>> 15), 0x85eb_ca6b);
  h = imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return ((h ^ (h >>> 16)) >>> 0) * 2 ** -32;
}

/** Smooth noise in [0, 1] that repeats every `period` cells in both directions; `period` is a whole number. */
export function tilingNoise(x: number, y: number, period: number, seed: number): number {
  const column = floor(x);
  const row = floor(y);
  const u = fade(x - column);
  const v = fade(y - row);
  const salt = imul(seed, 0x9e37_79b1);
  const left = imul(wrap(column, period), 0x27d4_eb2d);
  const right = imul(wrap(column + 1, period), 0x27d4_eb2d);
  const top = imul(wrap(row, period), 0x1656_67b1) ^ salt;
  const bottom = imul(wrap(row + 1, period), 0x1656_67b1) ^ salt;
  const a = stir(left ^ top);
  const b = stir(right ^ top);
  const c = stir(left ^ bottom);
  const d = stir(right ^ bottom);
  const upper = a + (b - a) * u;
  return upper + (c + (d - c) * u - upper) * v;
}

function fade(t: number): number {
  return t * t * (3 - 2 * t);
}

export function wrap(value: number, period: number): number {
  const rest = value % period;
  return rest < 0 ? rest + period : rest;
}

export interface FractalOptions {
  readonly cells: number;
  readonly octaves: number;
  readonly seed: number;
  /** How much weaker each octave is than the one before. */
  readonly gain?: number;
}

/** Sums of noise of doubling frequency, in [0, 1], over the unit square, which it tiles. */
export function fractalNoise(u: number, v: number, { cells, octaves, seed, gain = 0.5 }: FractalOptions): number {
  let sum = 0;
  let weight = 1;
  let total = 0;
  let period = cells;
  for (let octave = 0; octave < octaves; octave++) {
    sum += weight * tilingNoise(u * period, v * period, period, seed + octave);
    total += weight;
    weight *= gain;
    period *= 2;
  }
  return sum / total;
}

/** Distance to the nearest of scattered points, one a cell, in cells; tiles like the others. Stones and cracks. */
export function cellNoise(x: number, y: number, period: number, seed: number): { distance: number; cell: number } {
  const column = floor(x);
  const row = floor(y);
  let distance = Infinity;
  let cell = 0;
  for (let j = row - 1; j <= row + 1; j++) {
    for (let i = column - 1; i <= column + 1; i++) {
      const a = wrap(i, period);
      const b = wrap(j, period);
      const found = hypot(i + hashNoise(a, b, seed) - x, j + hashNoise(a, b, seed + 1) - y);
      if (found < distance) {
        distance = found;
        cell = hashNoise(a, b, seed + 2);
      }
    }
  }
  return { distance, cell };
}

/** Smooth noise in space in [−1, 1]; does not repeat. */
export function spaceNoise([x, y, z]: readonly [number, number, number], seed: number): number {
  const layer = floor(z);
  const t = fade(z - layer);
  const plane = (k: number) => tilingNoise(x, y, 2 ** 20, seed + 7919 * k);
  return 2 * (plane(layer) * (1 - t) + plane(layer + 1) * t) - 1;
}
