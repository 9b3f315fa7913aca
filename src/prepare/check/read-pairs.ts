import type { CommonArguments } from '#data/common-arguments.ts';
import type { MixedDataset } from '#data/mix.ts';
import { BrokenSampleError, type PairDataset } from '#data/pair-dataset.ts';
import { evenly } from '#data/posed-rgbd-balance.ts';
import { measureOverlap } from '#data/posed-rgbd-overlap.ts';
import type { DepthThumbnail } from '#data/posed-rgbd-thumbnail.ts';
import { preparePair } from '#data/prepare-view.ts';
import type { Resolution } from '#data/view.ts';
import { createNumpyRandom } from '#tensor/random.ts';
import type { SamplePair } from './check-report.ts';
import { depthDifferences } from './depth-agreement.ts';
import { sampleIndices } from './sample-indices.ts';
import { viewThumbnail } from './view-thumbnail.ts';

export interface ReadPairsOptions {
  /** How many pairs to read. */
  readonly pairs: number;
  readonly seed: number;
  /** Pairs that overlap by so much or more are compared pixel by pixel. */
  readonly leastOverlap: number;
  /** How many to keep, to look at. */
  readonly kept: number;
  readonly signal?: AbortSignal;
  readonly onRead?: (done: number, total: number) => void;
}

/** What some pairs of a dataset are like. */
export interface ReadPairs {
  /** How many were to be read. */
  readonly tested: number;
  /** Those that could be read. */
  readonly pairs: readonly { readonly views: readonly [DepthThumbnail, DepthThumbnail]; readonly overlap: number }[];
  /** What is wrong with those that could not. */
  readonly broken: readonly string[];
  /** What keeps training from using pairs that could be read. */
  readonly unusable: readonly string[];
  /** Of the depth of `compared` pairs, both ways. */
  readonly differences: readonly Float32Array[];
  readonly compared: number;
  readonly samples: readonly SamplePair[];
}

/**
 * Reads pairs from all over a dataset, one after the other, as training would. The same seed reads the same ones.
 * @throws what the dataset throws but BrokenSampleError; the signal's reason when aborted
 */
export async function readPairs(
  dataset: PairDataset,
  common: MixedDataset['common'],
  options: ReadPairsOptions,
): Promise<ReadPairs> {
  const indices = sampleIndices(dataset.length, options.pairs, options.seed);
  const sampled = new Set(evenly(indices, options.kept));
  const reader = new PairReader(dataset, common, options);
  for (const [at, index] of indices.entries()) {
    options.signal?.throwIfAborted();
    await reader.read(index, sampled.has(index));
    options.onRead?.(at + 1, indices.length);
  }
  return { ...reader.found, tested: indices.length, compared: reader.found.differences.length / 2 };
}

class PairReader {
  readonly found = {
    pairs: [] as ReadPairs['pairs'][number][],
    broken: [] as string[],
    unusable: [] as string[],
    differences: [] as Float32Array[],
    samples: [] as SamplePair[],
  };
  private readonly dataset: PairDataset;
  private readonly common: CommonArguments;
  private readonly options: ReadPairsOptions;

  constructor(dataset: PairDataset, common: CommonArguments, options: ReadPairsOptions) {
    this.dataset = dataset;
    this.common = common;
    this.options = options;
  }

  async read(index: number, isSampled: boolean): Promise<void> {
    const random = createNumpyRandom(this.options.seed + index);
    const views = await this.dataset.pair(index, random).catch((error) => note(error, this.found.broken));
    if (!views) return;
    const [a, b] = views;
    const thumbnails = [viewThumbnail(a), viewThumbnail(b)] as const;
    const overlap = Math.round(measureOverlap(...thumbnails) * 1000) / 1000;
    this.found.pairs.push({ views: thumbnails, overlap });
    if (overlap >= this.options.leastOverlap)
      this.found.differences.push(depthDifferences(a, b), depthDifferences(b, a));
    if (isSampled) this.found.samples.push({ views: [a, b], overlap });
    try {
      preparePair(views, { ...this.common, resolution: this.common.resolutions[0] as Resolution }, random);
    } catch (error) {
      note(error, this.found.unusable);
    }
  }
}

/** Pairs that cannot be used are counted; whatever else fails is a fault of the dataset's code. */
function note(error: unknown, problems: string[]): undefined {
  if (!(error instanceof BrokenSampleError)) throw error;
  problems.push(error.message);
}
