import * as tf from '@tensorflow/tfjs';
import { completeConfig, type TrainConfig, type TrainSettings } from './config.ts';
import type { EndEvent, StartEvent, TrainListener } from './events.ts';
import { TrainLoop } from './loop.ts';
import { openRunFolder, type RunFolder } from './run-folder.ts';
import { openParts, type RunParts } from './run-parts.ts';
import { NonFiniteLossError } from './step.ts';

export interface TrainOptions {
  /** Ends the run after the step that is under way. It is saved first, so that it can go on later. */
  readonly signal?: AbortSignal;
  /** Told of everything that happens; see `events.ts`. */
  readonly onEvent?: TrainListener;
}

/**
 * Trains a network on the current engine as the settings say, into a folder, and goes on with the run that is in it.
 * On one engine and machine a run that was killed and started again has bit for bit the losses of one that was not.
 * The folder gets `checkpoint-last`, `-best` (lowest mean over the test sets, and `-best-<set>` for each of several),
 * `-<epoch>` and `-final`: hub-like folders that every command loads. Prints nothing.
 * @returns how it ended
 * @throws Error in one line for settings, data, checkpoints and folders that cannot be used, a full disk, and (its cause a
 * NonFiniteLossError) a loss or gradient that is not finite; the last checkpoint then stays as it was
 * @example await trainModel({ model: 'tiny', trainDataset: '1000 @ Synthetic(resolution=112)', epochs: 10 })
 */
export async function trainModel(settings: TrainSettings, options: TrainOptions = {}): Promise<EndEvent> {
  const config = completeConfig(settings);
  const emit = options.onEvent ?? (() => undefined);
  const folder = await openRunFolder(config);
  try {
    const parts = await openParts(config, { resumeFrom: folder.last?.path, emit });
    try {
      await folder.begin();
      emit(startEvent(config, parts, folder));
      for (const message of [...parts.notes, ...noteOnEngine(folder)]) emit({ type: 'warning', message });
      const end = await new TrainLoop({ parts, folder, signal: options.signal, emit }).run().catch((error: unknown) => {
        throw error instanceof NonFiniteLossError ? leftAsItWas(error, folder) : error;
      });
      emit(end);
      return end;
    } finally {
      await parts.close();
    }
  } finally {
    await folder.release();
  }
}

function startEvent(config: TrainConfig, { learned, stepsPerEpoch, tests }: RunParts, { last }: RunFolder): StartEvent {
  const totalSteps = Math.min(stepsPerEpoch * config.epochs, config.maxSteps ?? Number.POSITIVE_INFINITY);
  const parameters = [...learned.model.weights().values()].reduce((sum, { size }) => sum + size, 0);
  const testBatches = tests.reduce((sum, { loader }) => sum + loader.batchesPerEpoch, 0);
  const resumed = last && { resumedFrom: { step: last.state.step, epochs: last.state.epoch } };
  return { type: 'start', config, stepsPerEpoch, totalSteps, parameters, testBatches, ...resumed };
}

function leftAsItWas(error: NonFiniteLossError, { path }: RunFolder): Error {
  return new Error(`${error.message}; the checkpoints in ${path} are as they were`, { cause: error });
}

function noteOnEngine({ last }: RunFolder): string[] {
  const engine = tf.getBackend();
  if (!last || last.origin.engine === engine) return [];
  return [
    `the run was on engine ${last.origin.engine} and goes on on ${engine}: its losses differ in their last digits`,
  ];
}
