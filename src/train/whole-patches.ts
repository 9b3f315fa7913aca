import { parseMix } from '#data/expression.ts';
import { datasetsOf } from '#data/mix.ts';
import { parseTestSets } from '#data/test-sets.ts';
import type { Resolution } from '#data/view.ts';
import type { TrainConfig } from './config.ts';
import { datasetTypesOf } from './dataset-types.ts';
import { atFlag } from './setting.ts';

/**
 * Demands that the network takes every resolution of the data, before any of them is opened.
 * @throws Error naming the flag, the dataset and the next resolution that fits; SyntaxError for a wrong expression
 */
export async function expectWholePatches(config: TrainConfig, patchSize: number): Promise<void> {
  const { trainDataset, testDataset } = config;
  const types = await datasetTypesOf(config);
  const expectAll = (flag: string, expressions: () => readonly string[]) =>
    atFlag(flag, () => {
      for (const { type, common } of expressions().flatMap((text) => datasetsOf(parseMix(text, types))))
        for (const resolution of common.resolutions) expectWhole(type.name, resolution, patchSize);
    });
  expectAll('--train-dataset', () => [trainDataset]);
  if (testDataset !== undefined)
    expectAll('--test-dataset', () => parseTestSets(testDataset, types).map(({ expression }) => expression));
}

function expectWhole(dataset: string, resolution: Resolution, patchSize: number): void {
  if (resolution.every((side) => side % patchSize === 0)) return;
  const nearest = resolution.map((side) => patchSize * Math.max(1, Math.round(side / patchSize)));
  throw new Error(
    `${dataset}: expected a resolution in multiples of the network's patch size ${patchSize}, as (${nearest.join(', ')}), ` +
      `got (${resolution.join(', ')})`,
  );
}
