import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { writeFileAtomically } from '#files/atomic-file.ts';
import type { Dust3r } from '#model/dust3r.ts';
import { hubConfigJson } from '#model/hub-config.ts';
import type { AdamW } from '#optim/adamw.ts';
import type { WeightAverage } from '#optim/ema.ts';
import { type State, stateTensor } from '#optim/state.ts';
import type { TensorArchive } from '#weights/archive.ts';
import { openSafetensors } from '#weights/safetensors.ts';
import { writeSafetensors } from '#weights/safetensors-write.ts';
import { type Origin, type RunState, stateJson } from './run-state.ts';

/** All that a run learns: what a checkpoint folder holds beside the position. */
export interface Learned {
  readonly model: Dust3r;
  readonly optimizer: AdamW;
  /** With it, `model.safetensors` holds the averages, and the weights themselves lie beside the optimizer's state. */
  readonly average: WeightAverage | undefined;
  /** Of the weights that the run began with. */
  readonly licence: string | undefined;
}

const files = { model: 'model.safetensors', config: 'config.json', optimizer: 'optimizer.safetensors' } as const;
export const stateFile = 'state.json';
const prefixes = { optimizer: 'optimizer/', weights: 'weights/', updates: 'average/updates' } as const;

/**
 * Fills a folder with a checkpoint: a hub-like folder that every command loads, the optimizer's state, and the position.
 * @throws Error in one line, as when the disk is full
 */
export async function writeCheckpoint(folder: string, learned: Learned, state: RunState): Promise<void> {
  const { model, licence } = learned;
  const metadata = { format: 'pt', ...(licence ? { license: licence } : {}) };
  await writeState(join(folder, files.model), usedWeights(learned), metadata);
  await writeState(join(folder, files.optimizer), trainingState(learned), {});
  await writeFileAtomically(join(folder, files.config), hubConfigJson(model.config));
  await writeFileAtomically(join(folder, stateFile), stateJson(state, thisOrigin()));
}

/** What computes here. */
function thisOrigin(): Origin {
  return { engine: tf.getBackend(), node: process.version, tfjs: tf.version_core };
}

/** Files that only going on needs. */
export function isForResuming(file: string): boolean {
  return file === files.optimizer;
}

/**
 * Takes the optimizer's state, the averages and, where these are kept, the weights themselves over from a checkpoint
 * whose `model.safetensors` the model was loaded from.
 * @throws Error naming the file if they are of another model
 */
export async function restoreLearned(folder: string, { model, optimizer, average }: Learned): Promise<void> {
  const path = join(folder, files.optimizer);
  if (!(await stat(path).catch(() => undefined))) throw new Error(`${folder}: expected ${files.optimizer}, found none`);
  const archive = await openSafetensors(path);
  try {
    const saved = [...stateOf(archive)];
    const below = (prefix: string): State =>
      new Map(
        saved.flatMap(([name, tensor]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [])),
      );
    await optimizer.restore(below(prefixes.optimizer));
    if (average) await restoreAverage({ model, average }, new Map(saved), below(prefixes.weights));
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  } finally {
    await archive.close();
  }
}

async function restoreAverage(
  { model, average }: { model: Dust3r; average: WeightAverage },
  saved: State,
  weights: State,
): Promise<void> {
  const updates = saved.get(prefixes.updates);
  const averages = [...model.weights()].filter(([, { trainable }]) => trainable);
  await average.restore(
    new Map([
      ...averages.map(([name, value]) => [name, stateTensor(value)] as const),
      ...(updates ? [['updates', updates] as const] : []),
    ]),
  );
  for (const [name, variable] of model.weights()) {
    const data = await weights.get(name)?.data();
    if (data) tf.tidy(() => variable.assign(tf.tensor(data, variable.shape)));
  }
}

/** The weights that are evaluated and used: the averages where they are kept. */
function usedWeights({ model, average }: Learned): State {
  const weights = stateOfWeights(model);
  const averages = [...(average?.state() ?? [])].filter(([name]) => weights.has(name));
  return new Map([...weights, ...averages]);
}

function trainingState({ model, optimizer, average }: Learned): State {
  const named = (prefix: string, state: State) => [...state].map(([name, tensor]) => [prefix + name, tensor] as const);
  const updates = average?.state().get('updates');
  return new Map([
    ...named(prefixes.optimizer, optimizer.state()),
    ...(average ? named(prefixes.weights, stateOfWeights(model)) : []),
    ...(updates ? [[prefixes.updates, updates] as const] : []),
  ]);
}

function stateOfWeights(model: Dust3r): State {
  return new Map([...model.weights()].map(([name, weight]) => [name, stateTensor(weight)]));
}

function writeState(path: string, state: State, metadata: Readonly<Record<string, string>>): Promise<void> {
  const tensors = [...state].map(([name, { shape, data }]) => ({ name, shape, data }));
  return writeSafetensors(path, tensors, { metadata });
}

function stateOf(archive: TensorArchive): State {
  return new Map(
    [...archive.tensors].map(([name, { shape }]) => [name, { shape, data: () => archive.readFloat32(name) }]),
  );
}
