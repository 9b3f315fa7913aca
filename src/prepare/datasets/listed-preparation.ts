import type { FlagOptions, Flags, ItemContext, Preparation, PreparationItem } from './preparation.ts';
import {
  type ListedFacts,
  listedImages,
  pairsFlag,
  type ReleasedPairs,
  whatIsIn,
  writeListedPairs,
} from './released-pairs.ts';
import { asOriginalFlag } from './shared-flags.ts';

/** A scene with those of its images that the list of pairs names. */
export interface ListedItem extends PreparationItem {
  /** Where its raw data lie. */
  readonly source: string;
  readonly images: readonly string[];
}

/** A dataset whose released list of pairs says which images are needed. */
export interface ListedDataset {
  /** Of the command. */
  readonly name: string;
  readonly version: number;
  readonly pairs: ReleasedPairs;
  /** Its file or folder that scenes have, for errors: what is expected in the input. */
  readonly expected: string;
  /** Where the raw data of scenes lie, by their folder in the prepared data. */
  findSources(input: string, keys: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Prepares an item's images, each by `context.frame`. @returns those that could be */
  prepareImages(item: ListedItem, context: ItemContext, options: ListedOptions): Promise<string[]>;
}

const flags = { pairs: pairsFlag, asOriginal: asOriginalFlag } as const satisfies Flags;

interface ListedOptions extends FlagOptions {
  readonly pairs: string | undefined;
  /** Reproduces what the original's script gets wrong. */
  readonly asOriginal: boolean;
}

export type ListedPreparation = Preparation<typeof flags, ListedItem, ListedFacts>;

/** Scenes that are listed but not there are skipped; the list that is written names prepared images only. */
export function listedPreparation(dataset: ListedDataset): ListedPreparation {
  const { name, version, pairs } = dataset;
  return {
    name,
    version,
    flags,
    plan: async (context, options) => {
      const wanted = await listedImages(context, pairs, options.pairs);
      const sources = await dataset.findSources(context.input, [...wanted.keys()]);
      if (sources.size === 0) throw await nothingFound(dataset, context.input, wanted.size);
      return [...wanted].flatMap(([key, images]) => {
        const source = sources.get(key);
        if (source !== undefined) return [{ key, frames: images.length, source, images }];
        context.skip(key, key, new Error('the list of pairs names it, the input does not hold it'));
        return [];
      });
    },
    prepareItem: async (item, context, options) => {
      const images = await dataset.prepareImages(item, context, options);
      if (images.length === 0) throw new Error('no image could be prepared');
      return { images };
    },
    finish: (context, options) => writeListedPairs(context, pairs, options.pairs),
  };
}

/** Prepares one image after another. */
export async function eachImage(
  { key, images }: ListedItem,
  context: ItemContext,
  prepare: (image: string) => Promise<void>,
): Promise<string[]> {
  const prepared: string[] = [];
  for (const image of images) {
    const done = await context.frame(`${key}/${image}`, async () => {
      await prepare(image);
      return true;
    });
    if (done) prepared.push(image);
  }
  return prepared;
}

async function nothingFound({ name, expected, pairs }: ListedDataset, input: string, count: number): Promise<Error> {
  const there = await whatIsIn(input);
  return new Error(
    `prepare ${name}: ${input}: expected ${expected} of the ${count} scenes that ${pairs.file} names, found ${there}`,
  );
}
