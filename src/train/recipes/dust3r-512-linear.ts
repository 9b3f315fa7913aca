import type { TrainSettings } from '#train/config.ts';
import {
  publishedModel,
  publishedStage,
  publishedTests,
  publishedTraining,
  wideResolutions,
} from './published-stages.ts';

/**
 * Stage 2 of the original: 512 pixels wide in five shapes, linear head, from stage 1 (spec 3.7).
 *   dust3r train --config dust3r-512-linear
 * Its datasets are looked for where data/published says, as data/co3d_processed; --train-dataset "… ROOT='…' …" names
 * other places.
 * The original took 1 day 18 hours on 8 A100 (4 × 2 pairs on each, so 64 here); not measured here.
 */
export const dust3r512Linear: TrainSettings = {
  ...publishedStage,
  model: publishedModel("patch_embed_cls='ManyAR_PatchEmbed', img_size=(512, 512), head_type='linear'"),
  pretrained: 'checkpoints/dust3r-224/checkpoint-best',
  trainDataset: publishedTraining('10_000', wideResolutions),
  testDataset: publishedTests('(512, 384)', { megaDepth: '(512, 336)' }),
  batchSize: 4,
  accumIter: 16,
  warmupEpochs: 20,
  epochs: 100,
  saveFreq: 10,
  keepFreq: 10,
  printFreq: 10,
  outputDir: 'checkpoints/dust3r-512',
};
