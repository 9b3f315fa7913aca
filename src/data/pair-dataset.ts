import type { NumpyRandom } from '#tensor/random.ts';
import type { RawView } from './view.ts';

/**
 * What a dataset implements: a list of pairs of views. Everything random comes from the generator that it is given,
 * which depends on the seed, the epoch and the place in the epoch alone; so any worker gives the same pair.
 */
export interface PairDataset {
  /** As it is written in dataset expressions. */
  readonly name: string;
  /** Number of pairs. */
  readonly length: number;
  /**
   * Reads pair number `index`.
   * @throws BrokenSampleError if its files cannot be read; the loader then counts it, reports it and takes another
   */
  pair(index: number, random: NumpyRandom): Promise<readonly [RawView, RawView]>;
}

/** A pair that cannot be used; the message names the file and what is wrong with it. */
export class BrokenSampleError extends Error {
  override readonly name = 'BrokenSampleError';
}
