import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder } from '#backend/native/cache.ts';
import { presetConfig } from '#model/config.ts';
import type { Cost } from './clock.ts';
import type { Stages } from './pair.ts';

export type PytorchDtype = 'float32' | 'bfloat16';

/** What bench/pytorch/forward.py prints. */
export interface PytorchReport {
  readonly runs: readonly Cost[];
  readonly median: Cost;
  readonly stages: Stages<Cost>;
  readonly matmulGflopPerSecond: number;
  readonly peakMemoryGb: number;
  readonly version: string;
  readonly threads: number;
}

export interface PytorchOptions {
  readonly preset: string;
  readonly width: number;
  readonly height: number;
  readonly runs: number;
}

const run = promisify(execFile);

/**
 * A Python that has PyTorch: the one that is asked for, else DUST3R_PYTHON, else the one in this project's cache folder.
 * @returns undefined if none is asked for and none is in the cache
 * @throws Error when the one that is asked for has no PyTorch
 */
export async function findPytorch(asked: string | undefined): Promise<string | undefined> {
  const cached = join(pytorchFolder(), 'bin', 'python');
  const python = asked ?? process.env['DUST3R_PYTHON'] ?? (existsSync(cached) ? cached : undefined);
  if (python === undefined) return undefined;
  await run(python, ['-c', 'import torch, numpy']).catch((error: Error & { stderr?: string }) => {
    const reason = error.stderr?.trim().split('\n').at(-1) || error.message;
    throw new Error(`PyTorch: ${python} cannot import torch and numpy (${reason}); ${howToInstall()}`);
  });
  return python;
}

/** How to make the Python that findPytorch looks for. */
export function howToInstall(): string {
  const folder = pytorchFolder();
  return `python3 -m venv ${folder} && ${join(folder, 'bin', 'pip')} install torch==2.13.0 numpy`;
}

/** Times the same network in PyTorch, in a process of its own. */
export async function timePytorch(
  python: string,
  dtype: PytorchDtype,
  { preset, width, height, runs }: PytorchOptions,
): Promise<PytorchReport> {
  const script = fileURLToPath(new URL('pytorch/forward.py', import.meta.url));
  const sizes = ['--width', `${width}`, '--height', `${height}`, '--runs', `${runs}`, '--dtype', dtype];
  // Without -B Python would leave its compiled files in the source tree.
  const { stdout } = await run(python, ['-B', script, '--config', JSON.stringify(presetConfig(preset)), ...sizes]);
  return JSON.parse(stdout) as PytorchReport;
}

function pytorchFolder(): string {
  return join(cacheFolder(), 'pytorch');
}
