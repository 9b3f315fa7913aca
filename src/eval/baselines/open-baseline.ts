import { extname } from 'node:path';
import type { EvalMethod } from '#eval/method.ts';
import { openExpressionSource } from '#eval/sources/expression-source.ts';
import { openColmap } from './colmap.ts';
import { constantMethod } from './constant.ts';
import { averagePointmaps, type MeanPointmaps, type MeanPointmapsOptions } from './mean-pointmaps.ts';
import { loadMeanPointmaps, saveMeanPointmaps } from './mean-pointmaps-file.ts';

/** What a network is compared with. */
export const baselineNames = ['constant', 'colmap', 'colmap-known-k'] as const;
export type BaselineName = (typeof baselineNames)[number];

export interface BaselineOptions extends Pick<MeanPointmapsOptions, 'onProgress' | 'signal'> {
  /** What `constant` is the mean of: a dataset expression, or a .safetensors file that an earlier run has saved. */
  readonly constantFrom?: string;
  /** Pairs of the expression to average (default 500). */
  readonly constantPairs?: number;
  /** Where to save the mean, as a .safetensors file. */
  readonly constantTo?: string;
  /** Modules with own kinds of dataset. */
  readonly modules?: readonly string[];
}

/** @throws Error, one line with the way out, where the baseline's program or data are missing */
export async function openBaseline(name: BaselineName, options: BaselineOptions = {}): Promise<EvalMethod> {
  switch (name) {
    case 'constant':
      return constantMethod(await readMean(options));
    case 'colmap':
      return openColmap();
    case 'colmap-known-k':
      return openColmap({ knownIntrinsics: true });
  }
}

async function readMean(options: BaselineOptions): Promise<MeanPointmaps> {
  const { constantFrom, constantPairs = 500, constantTo, modules = [], ...rest } = options;
  if (constantFrom === undefined)
    throw new Error(
      'constant: expected the training set whose mean it is, as a dataset expression or a saved .safetensors file',
    );
  if (extname(constantFrom) === '.safetensors') return loadMeanPointmaps(constantFrom);
  const source = await openExpressionSource(constantFrom, { pairs: constantPairs, modules });
  const mean = await averagePointmaps(source, rest);
  if (constantTo !== undefined) await saveMeanPointmaps(constantTo, mean);
  return mean;
}
