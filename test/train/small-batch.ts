import type { PairBatch } from '#data/pair-batch.ts';
import { createFastRandom } from '#tensor/random.ts';

/** A symmetrised batch of random pairs on a 32×48 grid; `portraits` tells which images are stored transposed. */
export function smallBatch(pairs = 2, portraits: readonly number[] = [], seed = 1): PairBatch {
  const [width, height, rows] = [48, 32, 2 * pairs];
  const pixels = rows * width * height;
  const random = createFastRandom(seed);
  const uniform = (size: number, from: number, to: number) => {
    const values = new Float32Array(size);
    random.fillUniform(values, from, to);
    return values;
  };
  return {
    pairs,
    width,
    height,
    images: uniform(3 * pixels, -1, 1),
    trueShapes: Array.from({ length: rows }, (_, row) =>
      portraits.includes(row) ? ([width, height] as const) : ([height, width] as const),
    ),
    points1: uniform(3 * pixels, 0.5, 3),
    points2: uniform(3 * pixels, 0.5, 3),
    valid: Uint8Array.from(uniform(pixels, 0, 1), (value) => (value < 0.8 ? 1 : 0)),
    names: Array.from({ length: rows }, (_, row) => `random/scene/${row}`),
  };
}
