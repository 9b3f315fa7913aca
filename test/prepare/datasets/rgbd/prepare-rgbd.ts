import type { FlagOptions } from '#prepare/datasets/preparation.ts';
import { rgbdPreparation } from '#prepare/datasets/rgbd/preparation.ts';
import { runPreparation } from '#prepare/datasets/run-preparation.ts';

export function prepareRgbd(input: string, output: string, options: FlagOptions = {}, workers = 0) {
  return runPreparation(rgbdPreparation, { input, output, workers, options });
}
