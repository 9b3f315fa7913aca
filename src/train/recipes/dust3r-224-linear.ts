import type { TrainSettings } from '#train/config.ts';
import { publishedModel, publishedStage, publishedTests, publishedTraining } from './published-stages.ts';

/**
 * Stage 1 of the original: 224×224, linear head, from CroCo v2 (spec 3.7).
 *   dust3r train --config dust3r-224-linear --output-dir checkpoints/dust3r-224
 * Its datasets are looked for where data/published says, as data/co3d_processed; --train-dataset "… ROOT='…' …" names
 * other places.
 * The original took 3 days 15 hours on 8 A100 (16 pairs on each, so 128 here); not measured here.
 */
export const dust3r224Linear: TrainSettings = {
  ...publishedStage,
  model: publishedModel("img_size=(224, 224), head_type='linear'"),
  pretrained: 'checkpoints/CroCo_V2_ViTLarge_BaseDecoder.pth',
  trainDataset: publishedTraining('100_000', '224'),
  testDataset: publishedTests('224', { co3d: "mask_bg='rand', " }),
  batchSize: 16,
  accumIter: 8,
  warmupEpochs: 10,
  epochs: 100,
  saveFreq: 5,
  keepFreq: 10,
  printFreq: 20,
  outputDir: 'checkpoints/dust3r-224',
};
