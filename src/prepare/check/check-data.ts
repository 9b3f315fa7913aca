import { stat } from 'node:fs/promises';
import { datasetTypes } from '#data/registry.ts';
import { checkDatasets, type DatasetsOptions } from './check-datasets.ts';
import { type CheckOptions, checkFolder } from './check-folder.ts';
import type { CheckedData } from './check-report.ts';
import { findDatasets } from './find-datasets.ts';

/**
 * Looks for whatever could spoil training.
 * @param target a folder of own posed RGB-D frames, all of which is read; a folder of a known dataset's prepared data, or
 * an expression of datasets, of which some pairs are
 * @throws Error, one line, as checkFolder and checkDatasets do
 */
export async function checkData(target: string, options: CheckOptions & DatasetsOptions = {}): Promise<CheckedData> {
  const types = options.types ?? datasetTypes;
  const isThere = (await stat(target).catch(() => undefined)) !== undefined;
  const isExpression = !isThere && (target.includes('(') || Object.hasOwn(types, target));
  const expression = isExpression ? target : options.layout ? undefined : await findDatasets(target);
  if (expression === undefined) return checkFolder(target, options);
  expectNoFolderOptions(target, options);
  return checkDatasets(expression, options);
}

/** @throws Error if options are given that the datasets of an expression would not hear of */
function expectNoFolderOptions(target: string, { every = 1, layout, intrinsics, depthScale }: CheckOptions): void {
  const [option] =
    Object.entries({ every: every > 1, layout, intrinsics, depthScale }).find(([, given]) => given) ?? [];
  if (option === undefined) return;
  throw new Error(`${option}: for folders of posed RGB-D frames only, which ${target} is not; leave it out`);
}
