import { availableParallelism } from 'node:os';
import { createLoader, type Loader, type LoaderOptions } from '#data/loader.ts';
import { parseTestSets } from '#data/test-sets.ts';
import type { TrainConfig } from './config.ts';
import type { Criterion } from './criterion.ts';
import { datasetModules, datasetTypesOf } from './dataset-types.ts';
import type { TrainListener } from './events.ts';
import { atFlag } from './setting.ts';

/** A part of `--test-dataset`, with what it is measured by. */
export interface TestPart {
  readonly name: string;
  readonly loader: Loader;
  readonly criterion: Criterion;
}

/** The data of a run. */
export interface Loaders {
  readonly train: Loader;
  readonly tests: readonly TestPart[];
  closeLoaders(): Promise<void>;
}

/** @throws Error or SyntaxError that names the flag and points at the place in its expression */
export async function openLoaders(
  config: TrainConfig,
  test: Criterion | undefined,
  emit: TrainListener,
): Promise<Loaders> {
  const { batchSize, seed, numWorkers = spareThreads() } = config;
  const pairsOf = new Map<string, number>();
  const onBroken: LoaderOptions['onBroken'] = ({ reason }) => {
    const pairs = (pairsOf.get(reason) ?? 0) + 1;
    pairsOf.set(reason, pairs);
    emit({ type: 'broken', message: reason, pairs });
  };
  const shared = { batchSize, seed, modules: datasetModules(config), onBroken };
  const types = await datasetTypesOf(config);
  const sets =
    config.testDataset === undefined || !test
      ? []
      : atFlag('--test-dataset', () => parseTestSets(config.testDataset as string, types));
  const loaders: Loader[] = [];
  const closeLoaders = async () => {
    for (const loader of loaders) await loader.close();
  };
  const open = async (flag: string, expression: string, options: Partial<LoaderOptions>) => {
    const loader = await createLoader(expression, { ...shared, ...options }).catch((error: Error) => {
      throw new Error(`${flag}: ${error.message}`, { cause: error });
    });
    loaders.push(loader);
    return loader;
  };
  try {
    const train = await open('--train-dataset', config.trainDataset, { workers: numWorkers });
    const tests: TestPart[] = [];
    for (const { name, expression } of sets) {
      const options = { workers: Math.min(numWorkers, 2), isTest: true };
      tests.push({ name, loader: await open('--test-dataset', expression, options), criterion: test as Criterion });
    }
    return { train, tests, closeLoaders };
  } catch (error) {
    await closeLoaders();
    throw error;
  }
}

/** One is left to the engine. */
function spareThreads(): number {
  return Math.min(8, Math.max(1, availableParallelism() - 1));
}
