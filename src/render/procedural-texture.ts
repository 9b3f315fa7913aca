import { createFastRandom, type FastRandom } from '#tensor/random.ts';
import { bricks, checker, type Painter, planks, stripes, tiles } from './patterns-built.ts';
import { earth, fabric, marble, plaster, stones, streaks } from './patterns-natural.ts';
import { carpet, ornament, photograph, print } from './patterns-printed.ts';
import { createTexture, type Texture } from './texture.ts';

const painters = {
  bricks,
  carpet,
  checker,
  earth,
  fabric,
  marble,
  ornament,
  photograph,
  plaster,
  planks,
  print,
  stones,
  streaks,
  stripes,
  tiles,
} as const satisfies Record<string, (random: FastRandom) => Painter>;

export type PatternName = keyof typeof painters;
export const patternNames = Object.keys(painters) as readonly PatternName[];

/** A pattern drawn from a seed: the same picture for the same name, seed and size. It can be laid side by side. */
export function proceduralTexture(name: PatternName, seed: number | string, size = 256): Texture {
  const paint = painters[name](createFastRandom(`${name}/${seed}`));
  const data = new Uint8ClampedArray(3 * size * size);
  for (let y = 0, at = 0; y < size; y++) {
    for (let x = 0; x < size; x++, at += 3) {
      const color = paint((x + 0.5) / size, (y + 0.5) / size);
      for (let k = 0; k < 3; k++) data[at + k] = 255 * (color[k] as number);
    }
  }
  return createTexture({ width: size, height: size, data: new Uint8Array(data.buffer) });
}
