import { createNumpyRandom, type NumpyRandom } from '#tensor/random.ts';

/** One batch of an epoch: which samples of the dataset, at which of its resolutions. */
export interface BatchPlan {
  /** Position of the first sample in the epoch's order over all ranks; the others follow it. */
  readonly position: number;
  readonly indices: readonly number[];
  readonly resolution: number;
}

export interface RandomOrderOptions {
  /** Number of samples of the dataset. */
  readonly length: number;
  readonly batchSize: number;
  /** Number of resolutions, of which each batch has one (default 1). */
  readonly resolutions?: number;
  readonly epoch: number;
  /** 0, the default, gives the original's order, which depends on the epoch alone (pitfall 46). */
  readonly seed?: number;
  readonly worldSize?: number;
  readonly rank?: number;
}

/** The number of whole batches that every rank has in an epoch; what is left over is never sampled (spec 3.5). */
export function randomBatchCount({ length, batchSize, worldSize = 1 }: Omit<RandomOrderOptions, 'epoch'>): number {
  return Math.floor(length / (batchSize * worldSize));
}

/** The batches of one epoch of training: BatchedRandomSampler of spec 3.5, number for number as numpy draws them. */
export function randomBatches(options: RandomOrderOptions): BatchPlan[] {
  const { batchSize, resolutions = 1, epoch, seed = 0, worldSize = 1, rank = 0 } = options;
  const perRank = randomBatchCount(options);
  const random = createNumpyRandom((BigInt(seed) << 64n) | BigInt(epoch + 777));
  const order = random.permutation(perRank * worldSize * batchSize);
  const drawn = Array.from({ length: perRank * worldSize }, () => random.integers(0, resolutions));
  return Array.from({ length: perRank }, (_, i) => {
    const batch = rank * perRank + i;
    const position = batch * batchSize;
    return { position, indices: order.slice(position, position + batchSize), resolution: drawn[batch] as number };
  });
}

/** The batches of a test: every sample once, in order; the last batch may be smaller. */
export function sequentialBatches({ length, batchSize }: { length: number; batchSize: number }): BatchPlan[] {
  return Array.from({ length: Math.ceil(length / batchSize) }, (_, i) => {
    const position = i * batchSize;
    const count = Math.min(batchSize, length - position);
    return { position, indices: Array.from({ length: count }, (_, k) => position + k), resolution: 0 };
  });
}

export interface SampleSeed {
  /** The dataset's own; 0 and null count as none (spec 4.1). */
  readonly datasetSeed: number | null;
  /** Within the dataset. */
  readonly index: number;
  readonly runSeed: number;
  readonly epoch: number;
  /** In the epoch's order over all ranks. */
  readonly position: number;
}

/**
 * The generator of everything random in one sample. A dataset with a seed of its own gives the same sample whenever it
 * is asked; otherwise it depends on the run's seed, the epoch and the position, and never on which worker draws.
 */
export function sampleRandom({ datasetSeed, index, runSeed, epoch, position }: SampleSeed): NumpyRandom {
  if (datasetSeed) return createNumpyRandom(datasetSeed + index);
  // The lowest word keeps these seeds apart from the samplers' small ones.
  return createNumpyRandom(
    ((BigInt(runSeed) << 96n) | (BigInt(epoch) << 64n) | (BigInt(position) << 32n)) + 0x5a3d_1e7bn,
  );
}
