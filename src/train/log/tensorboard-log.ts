import { appendFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeFileVersion, encodeLogEvent, eventFileName, type LogEvent } from '#export/tfevents.ts';
import { writing } from '#files/write-failure.ts';
import type { EvaluationEvent, StartEvent, StepEvent, TrainListener } from '#train/events.ts';
import { encodeSamplePicture, type SampleEncoder } from './sample-pictures.ts';

/** Of `folder`: where event files go; `every`: steps from one logged step to the next. */
export interface TensorBoardLogOptions {
  readonly folder: string;
  readonly every: number;
  readonly encode?: SampleEncoder;
}

/**
 * Writes a run for TensorBoard: `tensorboard --logdir <folder>`. The horizontal axis counts thousandths of an epoch, so
 * that runs with other batch sizes lie on each other, as in the original (spec 3.4): `train_loss`, `train_lr`,
 * `train_iter` (updates done), `train_<detail>` and, of our own, `train_grad_norm`, `train_pairs_per_second` and
 * `train_waited_share`; test sets as `<name>_<loss or detail>_<avg|med>` and `<name>_sample`, a picture
 * (sample-pictures.ts). Each start of the run opens a file of its own, which voids what is reported again.
 *
 * @throws Error, from the listener, if the files cannot be written
 */
export function createTensorBoardLog(options: TensorBoardLogOptions): TrainListener {
  const { folder, every, encode = encodeSamplePicture } = options;
  let file: string | undefined;
  const write = (event: LogEvent) => {
    const path = file ?? openEventFile(folder);
    file = path;
    writing(path, () => appendFileSync(path, encodeLogEvent(event, Date.now() / 1000)));
  };
  return (event) => {
    if (event.type === 'start') write({ step: firstVoidPlace(event), start: true });
    if (event.type === 'step' && event.step % every === 0) write(stepValues(event));
    if (event.type === 'evaluation') write(testValues(event, encode));
  };
}

/** A new file, whose name comes after those of all files that are there. */
function openEventFile(folder: string): string {
  writing(folder, () => mkdirSync(folder, { recursive: true }));
  const now = Date.now() / 1000;
  const count = readdirSync(folder).filter((name) => name.startsWith('events.out.tfevents.')).length;
  const path = join(folder, eventFileName(now, count));
  writing(path, () => writeFileSync(path, encodeFileVersion(now), { flag: 'wx' }));
  return path;
}

const placesPerEpoch = 1000;

/** After the last epoch that stays: its tests lie where the next epoch begins. */
function firstVoidPlace({ resumedFrom, stepsPerEpoch }: StartEvent): number {
  if (!resumedFrom) return 0;
  const { step, epochs } = resumedFrom;
  return Math.max(Math.floor((placesPerEpoch * step) / stepsPerEpoch), epochs > 0 ? placesPerEpoch * epochs + 1 : 0);
}

function stepValues(event: StepEvent): LogEvent {
  const details = Object.entries(event.details).map(([name, value]) => [`train_${name}`, value] as const);
  return {
    step: Math.floor(placesPerEpoch * event.epochProgress),
    scalars: {
      train_loss: event.loss,
      train_lr: event.learningRate,
      train_iter: event.step,
      train_grad_norm: event.gradientNorm,
      train_pairs_per_second: event.pairsPerSecond,
      train_waited_share: event.waitedShare,
      ...Object.fromEntries(details),
    },
  };
}

function testValues({ epoch, testSet, losses, samples }: EvaluationEvent, encode: SampleEncoder): LogEvent {
  const scalars = Object.entries(losses).flatMap(([name, { average, median }]) => [
    [`${testSet}_${name}_avg`, average] as const,
    [`${testSet}_${name}_med`, median] as const,
  ]);
  return {
    step: placesPerEpoch * (epoch + 1),
    scalars: Object.fromEntries(scalars),
    ...(samples.length > 0 ? { images: { [`${testSet}_sample`]: encode(samples) } } : {}),
  };
}
