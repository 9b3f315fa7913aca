import type { TrainSettings } from '#train/config.ts';
import { dust3r512Linear } from './dust3r-512-linear.ts';
import { publishedModel } from './published-stages.ts';

/**
 * Stage 3 of the original: as stage 2 with a DPT head, which is drawn anew, from stage 2 (spec 3.7).
 *   dust3r train --config dust3r-512-dpt
 * Its datasets are looked for where data/published says, as data/co3d_processed; --train-dataset "… ROOT='…' …" names
 * other places.
 * The original took 2 days 2 hours on 8 A100 (4 × 2 pairs on each, so 64 here); not measured here.
 */
export const dust3r512Dpt: TrainSettings = {
  ...dust3r512Linear,
  model: publishedModel("patch_embed_cls='ManyAR_PatchEmbed', img_size=(512, 512), head_type='dpt'"),
  pretrained: 'checkpoints/dust3r-512/checkpoint-best',
  warmupEpochs: 15,
  epochs: 90,
  saveFreq: 5,
  outputDir: 'checkpoints/dust3r-512dpt',
};
