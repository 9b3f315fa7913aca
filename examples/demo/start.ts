import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createProgress, type Progress } from '#cli/progress.ts';
import { constantMethod } from '#eval/baselines/constant.ts';
import { loadMeanPointmaps } from '#eval/baselines/mean-pointmaps-file.ts';
import type { EvalMethod } from '#eval/method.ts';
import { chooseBackend, setupNative } from '../../src/index.ts';

export const shippedCheckpoint = 'checkpoints/dust3r-mini';

/** @throws Error, one line with the way out, where there are no weights: before an engine is fetched for them */
export async function expectCheckpoint(path: string): Promise<void> {
  if (await stat(path).catch(() => undefined)) return;
  const reason =
    path === shippedCheckpoint
      ? 'this clone has no trained network; train one as docs/training.md says'
      : 'there is no such file or folder';
  throw new Error(`${path}: ${reason}, or name another by --checkpoint <folder>`);
}

/** The constant answer of the training set's mean, where it lies beside the weights. */
export async function baselinesOf(checkpoint: string): Promise<EvalMethod[]> {
  const path = join(checkpoint, 'mean-pointmaps.safetensors');
  if (!(await stat(path).catch(() => undefined))) return [];
  return [constantMethod(await loadMeanPointmaps(path))];
}

/** Gets the native engine, once, and starts the best engine that works. @returns a line that says which, and why */
export async function startEngine(): Promise<string> {
  const { engine: native, ...setup } = await setupNative({ onStage: (line) => console.error(`… ${line}`) });
  const { name, version, device, passedOver } = await chooseBackend('auto');
  const reasons = 'reasons' in setup ? setup.reasons : passedOver.map(({ reason }) => reason);
  const why = name === 'tensorflow' ? '' : `; the native engine, which is faster, cannot be had: ${reasons.join('; ')}`;
  return `engine: ${name} ${version} (${device})${native ? '' : why}`;
}

/** Moves only when a whole number is reached: the bar tells the time left from its last ten moves. */
export function createSteadyProgress(): Progress {
  const progress = createProgress(false);
  let last = -1;
  return {
    ...progress,
    update(done, total, what) {
      if (Math.floor(done) > last) progress.update(Math.floor(done), total, what);
      last = Math.max(last, Math.floor(done));
    },
  };
}

/** Runs a program whose failures are told in one line. */
export async function runProgram(name: string, program: () => Promise<void>): Promise<void> {
  try {
    await program();
  } catch (error) {
    console.error(`${name}: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
