// npm run bench -- load
// 512-dpt (2.28 GB) on 2 busy cores of an AMD EPYC, from the file cache: 3.5 s, 2.75 GB at most, 0.50 GB of it before.
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { type BackendName, type BackendReport, chooseBackend } from '#backend/choose.ts';
import { loadModel } from '#infer/load-model.ts';
import { presetConfig } from '#model/config.ts';
import { dust3rSpec } from '#model/dust3r-spec.ts';
import { hubConfigJson } from '#model/hub-config.ts';
import { listSpecs } from '#tensor/params.ts';
import { createFastRandom } from '#tensor/random.ts';
import { type TensorSource, writeSafetensors } from '#weights/safetensors-write.ts';
import { type Cost, startClock } from './clock.ts';

export interface LoadOptions {
  readonly preset: string;
  readonly backend: BackendName | 'auto';
}

export interface LoadReport {
  readonly backend: BackendReport;
  readonly fileGb: number;
  /** From the system's file cache: the file has just been written. */
  readonly load: Cost;
  /** Resident memory of the process before loading, and the most that it had until the end. */
  readonly memoryBeforeGb: number;
  readonly peakMemoryGb: number;
}

/** Loads a network from a hub-like folder of random weights in the temporary folder, which is removed afterwards. */
export async function benchLoad({ preset, backend: name }: LoadOptions): Promise<LoadReport> {
  const backend = await chooseBackend(name);
  const folder = await mkdtemp(join(tmpdir(), 'dust3r-bench-'));
  try {
    const file = await writeRandomModel(folder, preset);
    const memoryBeforeGb = peakMemoryGb();
    const cost = startClock();
    const model = await loadModel(folder);
    const load = cost();
    model.dispose();
    const { size } = await stat(file);
    return { backend, fileGb: size / 1e9, load, memoryBeforeGb, peakMemoryGb: peakMemoryGb() };
  } finally {
    await rm(folder, { recursive: true, force: true });
    tf.disposeVariables();
  }
}

async function writeRandomModel(folder: string, preset: string): Promise<string> {
  const config = presetConfig(preset);
  const file = join(folder, 'model.safetensors');
  await writeFile(join(folder, 'config.json'), hubConfigJson(config));
  await writeSafetensors(file, [...listSpecs(dust3rSpec(config))].map(randomTensor));
  return file;
}

function randomTensor([name, { shape }]: [string, { shape: readonly number[] }]): TensorSource {
  return {
    name,
    shape,
    data: () => {
      const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
      createFastRandom(name).fillUniform(values, -0.1, 0.1);
      return values;
    },
  };
}

function peakMemoryGb(): number {
  return process.resourceUsage().maxRSS / 1024 ** 2;
}
