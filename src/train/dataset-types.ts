import type { DatasetTypes } from '#data/expression.ts';
import { loadDatasetTypes } from '#data/registry.ts';
import type { TrainConfig } from './config.ts';

/** The modules that `--dataset-module` names. */
export function datasetModules({ datasetModule }: TrainConfig): readonly string[] {
  return datasetModule === undefined ? [] : [datasetModule];
}

/** The kinds of dataset that the expressions of a run may name. @throws Error in one line that names the flag */
export function datasetTypesOf(config: TrainConfig): Promise<DatasetTypes> {
  return loadDatasetTypes(datasetModules(config)).catch((error: Error) => {
    throw new Error(`--dataset-module: ${error.message}`, { cause: error });
  });
}
