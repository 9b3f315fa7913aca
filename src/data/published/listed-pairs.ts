import type { PairDataset } from '#data/pair-dataset.ts';
import type { RawView } from '#data/view.ts';
import type { NumpyRandom } from '#tensor/random.ts';
import { readSample } from './stored-view.ts';

/** Pairs that a list has, and how one is read. */
export interface ListedPairs {
  readonly dataset: string;
  readonly length: number;
  /** Whatever it throws breaks that sample alone. */
  read(index: number, random: NumpyRandom): Promise<readonly [RawView, RawView]>;
}

export function listedPairs({ dataset, length, read }: ListedPairs): PairDataset {
  return { name: dataset, length, pair: (index, random) => readSample(() => read(index, random)) };
}

/** The numbers below `count` that are wanted. */
export function selectRows(count: number, isWanted: (row: number) => boolean): Uint32Array {
  return Uint32Array.from({ length: count }, (_, row) => row).filter(isWanted);
}
