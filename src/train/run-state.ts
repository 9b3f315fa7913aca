import { readFile } from 'node:fs/promises';
import type { RunningMeans } from './running-means.ts';

/**
 * Where a run stands. The order of the data, their augmentation and the learning rate follow from the seed and this
 * position, so there is no generator's state to keep.
 */
export interface RunState {
  /** The epoch that is being trained; the number of epochs when all are done. */
  readonly epoch: number;
  /** Updates done in it. */
  readonly stepInEpoch: number;
  /** Updates done in the whole run. */
  readonly step: number;
  /** Of the epoch so far. */
  readonly means: ReturnType<RunningMeans['state']>;
  readonly best: BestLosses;
}

/** The lowest medians of the test loss so far (fixed against the original: each set has its own, spec 3.3). */
export interface BestLosses {
  /** Of the mean over the test sets; it decides what `checkpoint-best` is. */
  readonly mean?: number;
  readonly sets: Readonly<Record<string, number>>;
}

/** What made a checkpoint: another engine computes other bits. */
export interface Origin {
  readonly engine: string;
  readonly node: string;
  readonly tfjs: string;
}

interface StoredState extends RunState {
  readonly format: 1;
  readonly origin: Origin;
}

export const initialState: RunState = { epoch: 0, stepInEpoch: 0, step: 0, means: {}, best: { sets: {} } };

export function stateJson(state: RunState, origin: Origin): string {
  const stored: StoredState = { format: 1, ...state, origin };
  return `${JSON.stringify(stored, null, 2)}\n`;
}

/** @throws Error naming the file if it is no state of this version */
export async function readState(path: string): Promise<{ readonly state: RunState; readonly origin: Origin }> {
  const stored = parse(await readFile(path, 'utf8'));
  if (stored?.format !== 1 || ![stored.epoch, stored.stepInEpoch, stored.step].every(Number.isSafeInteger))
    throw new Error(`${path}: expected the state of a run, as this version writes it; train into another --output-dir`);
  const { format: _, origin, ...state } = stored;
  return { state, origin };
}

function parse(text: string): StoredState | undefined {
  try {
    return (JSON.parse(text) ?? undefined) as StoredState | undefined;
  } catch {
    return undefined;
  }
}
