// npm run bench -- loader --data "PosedRgbd('datasets/office', resolution=224, aug_crop=16, transform=ColorJitter)" [--workers 2]
// Pairs a second of a training set, decoded, cropped and augmented as training does, without a network.
import { createLoader } from '#data/loader.ts';
import { type Cost, startClock } from './clock.ts';

export interface LoaderBenchOptions {
  /** An expression as of --train-dataset. */
  readonly data: string;
  readonly workers: number;
  readonly batchSize: number;
  /** Measured, after one that starts the threads. */
  readonly batches: number;
}

export interface LoaderSpeed {
  readonly pairs: number;
  readonly cost: Cost;
}

export async function benchLoader({ data, workers, batchSize, batches }: LoaderBenchOptions): Promise<LoaderSpeed> {
  const pairs = batches * batchSize;
  const loader = await createLoader(`${pairs + batchSize} @ (${data})`, { batchSize, workers, seed: 0 });
  try {
    const epoch = loader.epoch(0)[Symbol.asyncIterator]();
    await epoch.next();
    const cost = startClock();
    for (let i = 0; i < batches; i++) await epoch.next();
    const spent = cost();
    await epoch.return?.();
    return { pairs, cost: spent };
  } finally {
    await loader.close();
  }
}

export function loaderLines({ pairs, cost }: LoaderSpeed): string[] {
  const perPair = (1000 * cost.cpuSeconds) / pairs;
  return [`${(pairs / cost.seconds).toFixed(1)} pairs a second, ${perPair.toFixed(1)} ms of processor time a pair`];
}
