import type { TrainSettings } from '#train/config.ts';

/**
 * Trains `tiny` on synthetic rooms, tabletops and outdoor scenes: the check that the whole pipeline learns, on any CPU.
 *   dust3r prepare synthetic --scenes 200 --output datasets/synthetic/data/train
 *   dust3r prepare synthetic --scenes 20 --split val --output datasets/synthetic/data/val
 *   dust3r train --config tiny-synthetic
 * 5,000 updates of 4 pairs at 112×112 on the native engine; duration and result not measured here.
 */
export const tinySynthetic: TrainSettings = {
  model: 'tiny',
  trainDataset:
    "1_000 @ PosedRgbd('datasets/synthetic/data/train', aug_crop=16, resolution=112, transform=ColorJitter)",
  testDataset: "100 @ PosedRgbd('datasets/synthetic/data/val', resolution=112, seed=777)",
  testCriterion: 'Regr3D_ScaleShiftInv(L21, gt_scale=True)',
  batchSize: 4,
  epochs: 20,
  warmupEpochs: 1,
  lr: 5e-4,
  minLr: 1e-6,
  outputDir: 'output/tiny-synthetic',
};
