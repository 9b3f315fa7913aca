import type { TrainSettings } from '#train/config.ts';

const pairs = "Synthetic(size=4, kind='room', width=224, height=224, resolution=112, seed=777)";

/**
 * Learns four rendered pairs by heart, and is tested on the same four: the quickest check that training works.
 *   dust3r train --config overfit-tiny
 */
export const overfitTiny: TrainSettings = {
  model: 'tiny',
  trainDataset: `100 @ ${pairs}`,
  testDataset: pairs,
  testCriterion: 'Regr3D_ScaleShiftInv(L21, gt_scale=True)',
  batchSize: 4,
  epochs: 100,
  warmupEpochs: 2,
  lr: 1e-3,
  minLr: 1e-6,
  evalFreq: 10,
  saveFreq: 50,
  keepFreq: 0,
  printFreq: 100,
  numWorkers: 1,
  outputDir: 'output/overfit-tiny',
};
