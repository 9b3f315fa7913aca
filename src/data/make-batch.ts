import { assembleBatch } from './assemble-batch.ts';
import { datasetsOf, type Mix, type MixedDataset, type Place } from './mix.ts';
import type { PairBatch } from './pair-batch.ts';
import { BrokenSampleError, type PairDataset } from './pair-dataset.ts';
import { preparePair } from './prepare-view.ts';
import { sampleRandom } from './sampler.ts';
import type { Resolution, View } from './view.ts';

/** What a batch is made of; plain data, since it travels to workers. */
export interface BatchJob {
  readonly epoch: number;
  /** Of the first sample in the epoch's order. */
  readonly position: number;
  /** Which of the mix's resolutions. */
  readonly resolution: number;
  readonly places: readonly Place[];
}

/** A pair that could not be used. */
export interface BrokenSample {
  /** The dataset's name in the expression. */
  readonly dataset: string;
  readonly place: Place;
  readonly reason: string;
}

export interface MadeBatch {
  readonly batch: PairBatch;
  /** The pairs for which others stand in the batch. */
  readonly broken: readonly BrokenSample[];
}

/** Makes batches; the same job gives the same batch anywhere. */
export type MakeBatch = (job: BatchJob) => Promise<MadeBatch>;

/** In place of a broken pair the next ones of its dataset are tried, this many. */
const maxTries = 16;

/** @param datasets those of `datasetsOf(mix)`, opened */
export function createBatchMaker(mix: Mix, datasets: readonly PairDataset[], runSeed: number): MakeBatch {
  const mixed = datasetsOf(mix);
  return async (job) => {
    const broken: BrokenSample[] = [];
    const pairs: (readonly [View, View])[] = [];
    for (const [i, place] of job.places.entries()) {
      const source = { mixed: mixed[place.dataset] as MixedDataset, pairs: datasets[place.dataset] as PairDataset };
      const draw = { place, resolution: job.resolution, runSeed, epoch: job.epoch, position: job.position + i };
      pairs.push(await readPair(source, draw, broken));
    }
    return { batch: assembleBatch(pairs), broken };
  };
}

interface Source {
  readonly mixed: MixedDataset;
  readonly pairs: PairDataset;
}

interface Draw {
  readonly place: Place;
  readonly resolution: number;
  readonly runSeed: number;
  readonly epoch: number;
  readonly position: number;
}

/** Reads one pair, or the next one of the dataset that is not broken, which depends on nothing but the files. */
async function readPair({ mixed, pairs }: Source, draw: Draw, broken: BrokenSample[]): Promise<readonly [View, View]> {
  const { resolutions, seed, ...options } = mixed.common;
  const resolution = resolutions[draw.resolution] as Resolution;
  const tries = Math.min(maxTries, pairs.length);
  for (let attempt = 0; attempt < tries; attempt++) {
    const index = (draw.place.index + attempt) % pairs.length;
    const random = sampleRandom({ ...draw, index, datasetSeed: seed });
    try {
      return preparePair(await pairs.pair(index, random), { ...options, resolution }, random);
    } catch (error) {
      if (!(error instanceof BrokenSampleError)) throw withPlace(error as Error, mixed.type.name, index);
      broken.push({ dataset: mixed.type.name, place: { ...draw.place, index }, reason: error.message });
    }
  }
  throw new Error(
    `${mixed.type.name}: ${tries} pairs in a row cannot be used, from number ${draw.place.index}; the last: ${broken.at(-1)?.reason}`,
  );
}

function withPlace(error: Error, dataset: string, index: number): Error {
  return new Error(`${dataset}: reading pair ${index} failed: ${error.message}`, { cause: error });
}
