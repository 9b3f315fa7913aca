import type { FastRandom } from '#tensor/random.ts';
import { between, chance, wholeBetween } from './draw.ts';
import { fractalNoise, hashNoise, wrap } from './noise.ts';
import { hsv, surfaceColor } from './palette.ts';
import type { Painter } from './patterns-built.ts';
import { mix, scale, type Vector } from './vector.ts';

/** Lines of words that nobody can read, with headings and a picture: pages, posters, labels. */
export function print(random: FastRandom): Painter {
  const paper = scale([0.97, 0.96, 0.92], between(random, 0.8, 1));
  const ink = chance(random, 0.7) ? ([0.08, 0.08, 0.1] as const) : surfaceColor(random);
  const lines = wholeBetween(random, 8, 32);
  const letters = lines * between(random, 1.2, 2);
  const picture = surfaceColor(random);
  const seed = random.uint32();
  return (u, v) => {
    const line = Math.floor(v * lines);
    const y = v * lines - line;
    const letter = Math.floor(u * letters);
    if (u < 0.07 || u > 0.93 || v < 0.05 || v > 0.95) return paper;
    if (u > 0.55 && v > 0.3 && v < 0.6)
      return scale(picture, 0.6 + 0.8 * fractalNoise(u, v, { cells: 4, octaves: 4, seed }));
    const isSpace = y < 0.3 || hashNoise(letter, line, seed) < 0.17 || u > 0.6 + 0.35 * hashNoise(3, line, seed);
    if (isSpace) return paper;
    const strokeX = Math.floor((u * letters - letter) * 4);
    const strokeY = Math.floor((y - 0.3) * 7);
    return hashNoise(4 * letter + strokeX, 8 * line + strokeY, seed) < 0.5 ? ink : paper;
  };
}

interface Blob {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Cosine and sine of its turn. */
  readonly c: number;
  readonly s: number;
  readonly softness: number;
  readonly isRound: boolean;
  readonly color: Vector;
}

/** Something like a photograph or a painting: sky and ground, and shapes before them. */
export function photograph(random: FastRandom): Painter {
  const top = surfaceColor(random);
  const bottom = surfaceColor(random);
  const horizon = between(random, 0.25, 0.8);
  const blobs = Array.from({ length: wholeBetween(random, 6, 30) }, () => drawBlob(random));
  const seed = random.uint32();
  return (u, v) => {
    const cloud = fractalNoise(u, v, { cells: 3, octaves: 6, seed });
    let color =
      v + 0.12 * (cloud - 0.5) < horizon ? mix(top, [0.95, 0.95, 0.95], cloud * v) : scale(bottom, 0.5 + cloud);
    for (const blob of blobs) {
      const part = coverage(blob, u, v);
      if (part > 0) color = mix(color, scale(blob.color, 0.6 + 0.8 * cloud), part);
    }
    return color;
  };
}

function drawBlob(random: FastRandom): Blob {
  const turn = between(random, 0, Math.PI);
  return {
    x: random.uniform(),
    y: random.uniform(),
    width: between(random, 0.02, 0.25),
    height: between(random, 0.02, 0.3),
    c: Math.cos(turn),
    s: Math.sin(turn),
    softness: between(random, 0.02, 0.3),
    isRound: chance(random, 0.6),
    color: surfaceColor(random),
  };
}

function coverage(blob: Blob, u: number, v: number): number {
  const { c, s } = blob;
  const dx = (c * (u - blob.x) + s * (v - blob.y)) / blob.width;
  const dy = (c * (v - blob.y) - s * (u - blob.x)) / blob.height;
  const out = blob.isRound ? Math.sqrt(dx * dx + dy * dy) : Math.max(Math.abs(dx), Math.abs(dy));
  return Math.min(Math.max((1 - out) / blob.softness, 0), 1);
}

/** A motif that repeats, as on wallpaper and curtains. */
export function ornament(random: FastRandom): Painter {
  const count = 2 * wholeBetween(random, 1, 5);
  const ground = surfaceColor(random);
  const motif = mix(ground, surfaceColor(random), between(random, 0.4, 1));
  const petals = wholeBetween(random, 2, 9);
  const depth = between(random, 0.1, 0.5);
  const radius = between(random, 0.2, 0.45);
  return (u, v) => {
    const column = Math.floor(u * count);
    const x = u * count - column - 0.5;
    const y = wrap(v * count + 0.5 * (column % 2), 1) - 0.5;
    const angle = Math.atan2(y, x);
    const edge = radius * (1 - depth + depth * Math.cos(petals * angle));
    const out = Math.hypot(x, y);
    if (Math.abs(out - edge) < 0.03) return scale(motif, 0.6);
    return out < edge ? motif : ground;
  };
}

/** A woven carpet with borders and mirrored figures. */
export function carpet(random: FastRandom): Painter {
  const base = random.uniform();
  const colors = Array.from({ length: 5 }, () =>
    hsv((base + between(random, -0.15, 0.15) + 1) % 1, between(random, 0.3, 0.9), between(random, 0.2, 0.8)),
  );
  const borders = between(random, 0.04, 0.12);
  const cells = wholeBetween(random, 3, 9);
  const seed = random.uint32();
  return (u, v) => {
    const x = Math.abs(u - 0.5);
    const y = Math.abs(v - 0.5);
    const inset = 0.5 - Math.max(x, y);
    const knot = 0.85 + 0.3 * hashNoise(Math.floor(u * 160), Math.floor(v * 160), seed);
    const ring = Math.floor(inset / borders);
    const figure = fractalNoise(x * 1.7, y * 1.7, { cells, octaves: 2, seed });
    const index = ring < 3 ? ring + (wrap((x + y) * 30, 1) < 0.5 ? 0 : 1) : Math.floor(figure * 9);
    return scale(colors[index % 5] as Vector, knot);
  };
}
