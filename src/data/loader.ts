import { parseMix } from './expression.ts';
import { type BatchJob, type BrokenSample, createBatchMaker, type MadeBatch } from './make-batch.ts';
import { datasetsOf, type Mix, type MixOrder, mixName, mixOrder, openDatasets } from './mix.ts';
import type { PairBatch } from './pair-batch.ts';
import { loadDatasetTypes } from './registry.ts';
import { randomBatchCount, randomBatches, sequentialBatches } from './sampler.ts';
import { startWorkers, type WorkerPool } from './worker-pool.ts';

export interface LoaderOptions {
  /** Pairs in a batch, before symmetrisation. */
  readonly batchSize: number;
  /** Threads that read, augment and assemble; 0, the default, does it in the calling thread, when a batch is asked for. */
  readonly workers?: number;
  /** Of the run: changes the order and the augmentation, not which samples `n @` picks (default 0). */
  readonly seed?: number;
  /** A test set: every sample in order, the same at every epoch; the last batch may be smaller. */
  readonly isTest?: boolean;
  /** Batches that workers prepare before they are asked for (default 2 a worker). */
  readonly ahead?: number;
  /** Modules with own kinds of dataset: see `loadDatasetTypes`. */
  readonly modules?: readonly string[];
  /** Aborting ends the workers; whoever waits for a batch gets the signal's reason. */
  readonly signal?: AbortSignal;
  /** Samples are replaced for so many different reasons, as broken files; one more is an error (default 100). */
  readonly maxBroken?: number;
  /** Called once for every broken sample, when its batch is handed out. */
  readonly onBroken?: (sample: BrokenSample) => void;
  /** Of a run on several machines: this one gets its share of each epoch (default 1 and 0). Not for tests. */
  readonly worldSize?: number;
  readonly rank?: number;
}

export interface Loader {
  /** The expression without arguments. */
  readonly name: string;
  readonly batchesPerEpoch: number;
  /** The batches of an epoch, from number `from` on. Neither order nor content depends on the number of workers. */
  epoch(epoch: number, options?: { readonly from?: number }): AsyncIterable<PairBatch>;
  /** How long callers have waited for batches since the loader was made, in milliseconds. */
  readonly waitedMs: number;
  /** The different samples that could not be used so far. */
  readonly broken: readonly BrokenSample[];
  close(): Promise<void>;
}

/**
 * Opens the datasets of an expression and makes batches of them, in worker threads ahead of the training step.
 * @throws SyntaxError if the expression is wrong; Error if a dataset cannot be opened or has less than one batch
 */
export async function createLoader(expression: string, options: LoaderOptions): Promise<Loader> {
  const { workers = 0, modules = [], seed = 0, signal } = options;
  expectCounts(options);
  signal?.throwIfAborted();
  const mix = parseMix(expression, await loadDatasetTypes(modules));
  const datasets = await openDatasets(mix);
  const lengths = datasets.map(({ length }) => length);
  const order = batchOrder(mix, mixOrder(mix, lengths), options);
  const pool =
    workers > 0
      ? await startWorkers(workers, { expression, modules, seed }, lengths)
      : { make: createBatchMaker(mix, datasets, seed), close: async () => {} };
  if (signal?.aborted) await pool.close(signal.reason);
  signal?.throwIfAborted();
  return new BatchLoader(mixName(mix), order, pool, options);
}

/** The jobs of every epoch. */
interface BatchOrder {
  readonly count: number;
  jobsOf(epoch: number, from: number): Iterator<BatchJob>;
}

function batchOrder(mix: Mix, samples: MixOrder, options: LoaderOptions): BatchOrder {
  const { batchSize, isTest = false } = options;
  const resolutions = datasetsOf(mix)[0]?.common.resolutions.length ?? 0;
  if (isTest && resolutions !== 1) {
    throw new Error(`test set ${mixName(mix)}: expected one resolution, got ${resolutions}; write one set for each`);
  }
  const all = { ...options, length: samples.length, resolutions };
  const count = isTest ? Math.ceil(samples.length / batchSize) : randomBatchCount(all);
  if (count === 0) {
    throw new Error(`${mixName(mix)}: ${samples.length} samples are fewer than one batch of ${batchSize}`);
  }
  return {
    count,
    *jobsOf(epoch, from) {
      const plans = isTest ? sequentialBatches(all) : randomBatches({ ...all, epoch });
      const orderEpoch = isTest ? 0 : epoch;
      for (const { position, indices, resolution } of plans.slice(from)) {
        const places = indices.map((index) => samples.locate(index, orderEpoch));
        yield { epoch: orderEpoch, position, resolution, places };
      }
    },
  };
}

class BatchLoader implements Loader {
  readonly name: string;
  readonly batchesPerEpoch: number;
  waitedMs = 0;
  private readonly order: BatchOrder;
  private readonly pool: WorkerPool;
  private readonly options: LoaderOptions;
  private readonly brokenByPlace = new Map<string, BrokenSample>();
  private readonly onAbort = () => void this.pool.close(this.options.signal?.reason);

  constructor(name: string, order: BatchOrder, pool: WorkerPool, options: LoaderOptions) {
    this.name = name;
    this.batchesPerEpoch = order.count;
    this.order = order;
    this.pool = pool;
    this.options = options;
    options.signal?.addEventListener('abort', this.onAbort, { once: true });
  }

  get broken(): readonly BrokenSample[] {
    return [...this.brokenByPlace.values()];
  }

  async *epoch(epoch: number, { from = 0 } = {}): AsyncGenerator<PairBatch> {
    const { workers = 0, ahead = 2 * workers, signal } = this.options;
    expectWhole('epoch', epoch, 0);
    expectWhole('from', from, 0);
    const jobs = this.order.jobsOf(epoch, from);
    const queue: Promise<MadeBatch>[] = [];
    const fill = (length: number) => {
      while (queue.length < length) {
        const { value: job, done } = jobs.next();
        if (done) return;
        const made = this.pool.make(job);
        made.catch(() => {}); // reported when its turn comes, and not at all if the caller stops before
        queue.push(made);
      }
    };
    for (fill(Math.max(ahead, 1)); queue.length > 0; fill(1)) {
      signal?.throwIfAborted();
      const { batch, broken } = await this.waitFor(queue.shift() as Promise<MadeBatch>);
      this.countBroken(broken);
      if (workers > 0) fill(ahead);
      yield batch;
    }
  }

  async close(): Promise<void> {
    this.options.signal?.removeEventListener('abort', this.onAbort);
    await this.pool.close();
  }

  private async waitFor(made: Promise<MadeBatch>): Promise<MadeBatch> {
    const start = performance.now();
    try {
      return await made;
    } finally {
      this.waitedMs += performance.now() - start;
    }
  }

  private countBroken(samples: readonly BrokenSample[]): void {
    const { maxBroken = 100, onBroken } = this.options;
    for (const sample of samples) {
      const place = `${sample.place.dataset} ${sample.place.index}`;
      if (this.brokenByPlace.has(place)) continue;
      this.brokenByPlace.set(place, sample);
      onBroken?.(sample);
      const { size } = new Set(this.broken.map(({ reason }) => reason));
      if (size <= maxBroken) continue;
      throw new Error(
        `data: samples cannot be used for ${size} reasons, more than the limit of ${maxBroken}; the last: ${sample.reason}`,
      );
    }
  }
}

function expectCounts({ batchSize, workers = 0, ahead = 1, maxBroken = 0 }: LoaderOptions): void {
  expectWhole('batchSize', batchSize, 1);
  expectWhole('workers', workers, 0);
  expectWhole('ahead', ahead, 0);
  expectWhole('maxBroken', maxBroken, 0);
}

function expectWhole(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new RangeError(`data loader: ${name} must be a whole number from ${least} on, got ${value}`);
}
