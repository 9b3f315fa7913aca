import { createHash } from 'node:crypto';
import type { Size } from './cover.ts';
import type { FinishContext, Flag } from './preparation.ts';
import { createPythonRandom } from './python-random.ts';

/** What Co3d's and WildRGBD's preparations share: films of single objects, some of each category. */

export const imageSizeFlag = {
  type: 'number',
  default: 512,
  isWhole: true,
  range: [16, 4096],
  describe: 'the long side becomes at least this, the short side at least 3/4 of it',
} as const satisfies Flag;

export const categoryFlag = {
  type: 'string',
  isSelection: true,
  describe: 'only this one; others can be added to the same output later',
} as const satisfies Flag;

/** What an image is resized to cover: its short side 3/4 of the size, or its long side the size where that is larger. */
export function filmTarget({ width, height }: Size, imageSize: number): Size {
  const scaled = (scale: number) => ({ width: Math.floor(width * scale), height: Math.floor(height * scale) });
  const byShort = scaled((imageSize * 3) / 4 / Math.min(width, height) + 1e-8);
  if (Math.max(byShort.width, byShort.height) >= imageSize) return byShort;
  return scaled(imageSize / Math.max(width, height) + 1e-8);
}

/** The frames of a sequence that each split has, by their numbers. */
export interface FilmFacts {
  readonly category: string;
  readonly sequence: string;
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** Writes `selected_seqs_train.json` and `selected_seqs_test.json`: `{category: {sequence: [frame numbers]}}`. */
export async function writeSelectedSequences({ items, writeIndex }: FinishContext<FilmFacts>): Promise<void> {
  for (const split of ['train', 'test'] as const) {
    const selected: Record<string, Record<string, readonly number[]>> = {};
    for (const { facts } of items) {
      const { category, sequence } = facts;
      if (facts[split].length === 0) continue;
      selected[category] ??= {};
      selected[category][sequence] = facts[split];
    }
    await writeIndex(`selected_seqs_${split}.json`, `${JSON.stringify(selected)}\n`);
  }
}

/** Draws at most so many sequences. @param name what the draw depends on besides the seed */
export function drawSequences(sequences: Iterable<string>, count: number, seed: number): string[] {
  return createPythonRandom(seed)
    .sample([...sequences].sort(), count)
    .sort();
}

/** A category's own number, whichever others are there. */
export function categoryNumber(category: string): number {
  return createHash('sha256').update(category).digest().readUInt32LE(0);
}
