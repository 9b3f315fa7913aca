import { resolve } from 'node:path';
import type { TrainSettings } from '#train/config.ts';
import type { StepEvent, TrainEvent } from '#train/events.ts';
import { trainModel } from '#train/train-model.ts';

const model =
  "AsymmetricCroCo3DStereo(pos_embed='RoPE100', patch_embed_cls='ManyAR_PatchEmbed', img_size=(32, 48), " +
  'enc_embed_dim=8, enc_depth=1, enc_num_heads=1, dec_embed_dim=8, dec_depth=1, dec_num_heads=1, mlp_ratio=1)';

/** A run that trains in a second: 3 epochs of 4 steps. */
export const microSettings: TrainSettings = {
  model,
  datasetModule: resolve('test/train/fixtures/micro-pairs.ts'),
  trainDataset: 'Micro(pairs=8, resolution=(48, 32), transform=ColorJitter)',
  testDataset: 'Micro(pairs=4, resolution=(48, 32)) + Micro(pairs=3, resolution=(32, 32))',
  testCriterion: 'Regr3D_ScaleShiftInv(L21, gt_scale=True)',
  numWorkers: 0,
  ...{ batchSize: 2, epochs: 3, warmupEpochs: 1, lr: 1e-3, keepFreq: 2, seed: 3 },
};

export interface Outcome {
  readonly events: readonly TrainEvent[];
  readonly steps: readonly StepEvent[];
}

/** Trains and keeps what happens; `until` ends the run when it says so, as Ctrl-C does. */
export async function microRun(
  settings: TrainSettings,
  until: (event: TrainEvent) => boolean = () => false,
): Promise<Outcome> {
  const events: TrainEvent[] = [];
  const stop = new AbortController();
  await trainModel(
    { ...microSettings, ...settings },
    {
      signal: stop.signal,
      onEvent: (event) => {
        events.push(event);
        if (until(event)) stop.abort();
      },
    },
  );
  return { events, steps: events.filter((event) => event.type === 'step') };
}

/** What a step has learned, without the times that it took. */
export function numbersOf({ step, loss, learningRate, gradientNorm, details }: StepEvent): object {
  return { step, loss, learningRate, gradientNorm, details };
}
