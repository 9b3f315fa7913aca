// npm run bench -- loss-curve [--steps 300] [--pytorch <python with torch 2.13>] [--picture docs/loss-curve.svg]
//
// Trains `tiny` on the same rendered batches from the same weights with the same schedule: ours in float32, ours in mixed
// precision where the engine has it, and PyTorch. Rounding differs, so the curves part slowly; they must lie on each other.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chooseBackend } from '#backend/choose.ts';
import { createLoader } from '#data/loader.ts';
import type { PairBatch } from '#data/pair-batch.ts';
import { mixedPrecision } from '#model/bfloat16-weights.ts';
import { presetConfig } from '#model/config.ts';
import { Dust3r } from '#model/dust3r.ts';
import { seededWeights } from '#model/initial-weights.ts';
import { AdamW } from '#optim/adamw.ts';
import { learningRateAt } from '#optim/schedule.ts';
import { hasBfloat16 } from '#tensor/packed-weight.ts';
import { makeCriterion } from '#train/losses/make-criterion.ts';
import { parseCriterion } from '#train/losses/notation.ts';
import { TrainStep } from '#train/step.ts';
import { type TensorSource, writeSafetensors } from '#weights/safetensors-write.ts';
import { curvePicture } from './curve-picture.ts';
import { findPytorch } from './pytorch.ts';

const PRESET = 'tiny';
const DATA = "Synthetic(kind='room', size=8, width=128, height=128, resolution=64)";
const [BATCH_SIZE, BATCHES] = [4, 2];
const CRITERION = "ConfLoss(Regr3D(L21, norm_mode='avg_dis'), alpha=0.2)";

export interface LossCurveOptions {
  readonly steps: number;
  readonly pytorch: string | undefined;
  readonly picture: string | undefined;
}

export interface LossCurves {
  readonly steps: number;
  readonly curves: Readonly<Record<string, readonly number[]>>;
  /** Of each other curve from ours in float32: mean and largest absolute difference, of losses that begin at `first`. */
  readonly differences: Readonly<Record<string, { readonly mean: number; readonly largest: number }>>;
  readonly first: number;
  readonly last: number;
}

/** Runs all curves and, if asked, draws them. */
export async function benchLossCurve({ steps, pytorch, picture }: LossCurveOptions): Promise<LossCurves> {
  await chooseBackend('auto');
  const schedule = { kind: 'cosine', peak: 2e-3, least: 1e-6, warmup: 20, length: steps } as const;
  const rates = Array.from({ length: steps }, (_, step) => learningRateAt(schedule, step));
  const batches = await renderBatches();
  const curves: Record<string, readonly number[]> = { 'ours, float32': await train(rates, batches, false) };
  if (hasBfloat16()) curves['ours, --amp'] = await train(rates, batches, true);
  const python = await findPytorch(pytorch);
  if (python !== undefined) curves['PyTorch, float32'] = await trainInPytorch(python, rates, batches);
  const [ours, ...others] = Object.entries(curves) as [string, readonly number[]][];
  const own = (ours as [string, readonly number[]])[1];
  if (picture !== undefined) await writeFile(picture, curvePicture(curves));
  return {
    ...{ steps, curves, first: own[0] as number, last: own.at(-1) as number },
    differences: Object.fromEntries(others.map(([name, losses]) => [name, differenceOf(losses, own)])),
  };
}

/** What the benchmark prints. */
export function lossCurveLines({ steps, first, last, differences }: LossCurves): string[] {
  const lines = Object.entries(differences).map(
    ([name, { mean, largest }]) =>
      `  ${name}: differs by ${mean.toExponential(2)} on average, ${largest.toExponential(2)} at most`,
  );
  return [`${PRESET}, ${steps} steps: ours in float32 goes from ${first.toFixed(3)} to ${last.toFixed(3)}`, ...lines];
}

async function renderBatches(): Promise<PairBatch[]> {
  const loader = await createLoader(DATA, { batchSize: BATCH_SIZE, workers: 0, seed: 0 });
  const batches: PairBatch[] = [];
  for await (const batch of loader.epoch(0)) batches.push(batch);
  await loader.close();
  return batches.slice(0, BATCHES);
}

async function train(rates: readonly number[], batches: readonly PairBatch[], amp: boolean): Promise<number[]> {
  const source = seededWeights(0);
  const model = new Dust3r(presetConfig(PRESET), amp ? mixedPrecision(source) : source);
  const optimizer = new AdamW(model.weights());
  const step = new TrainStep({ model, optimizer, criterion: makeCriterion(parseCriterion(CRITERION)) });
  const losses: number[] = [];
  for (const [i, rate] of rates.entries()) {
    const { loss } = await step.accumulate(batches[i % batches.length] as PairBatch);
    await step.update(rate);
    losses.push(loss);
  }
  optimizer.dispose();
  model.dispose();
  return losses;
}

async function trainInPytorch(
  python: string,
  rates: readonly number[],
  batches: readonly PairBatch[],
): Promise<number[]> {
  const folder = await mkdtemp(join(tmpdir(), 'loss-curve-'));
  try {
    const file = join(folder, 'run.safetensors');
    await writeSafetensors(file, [...weightSources(), ...batches.flatMap(batchSources)]);
    const script = fileURLToPath(new URL('pytorch/loss_curve.py', import.meta.url));
    const settings = ['--config', JSON.stringify(presetConfig(PRESET)), '--rates', JSON.stringify(rates)];
    const call = ['-B', script, ...settings, '--batches', `${batches.length}`, '--file', file];
    const { stdout } = await promisify(execFile)(python, call, { maxBuffer: 2 ** 26 });
    return JSON.parse(stdout) as number[];
  } finally {
    await rm(folder, { recursive: true });
  }
}

function weightSources(): TensorSource[] {
  const model = new Dust3r(presetConfig(PRESET), seededWeights(0));
  const sources = [...model.weights()].map(([name, variable]) => {
    const values = variable.dataSync() as Float32Array;
    return { name: `weights.${name}`, shape: variable.shape, data: () => values };
  });
  model.dispose();
  return sources;
}

function batchSources({ pairs, width, height, ...batch }: PairBatch, number: number): TensorSource[] {
  const grid = [2 * pairs, height, width];
  return [
    { name: `${number}.images`, shape: [...grid, 3], data: () => batch.images },
    { name: `${number}.points1`, shape: [...grid, 3], data: () => batch.points1 },
    { name: `${number}.points2`, shape: [...grid, 3], data: () => batch.points2 },
    { name: `${number}.valid`, shape: grid, data: () => Float32Array.from(batch.valid) },
  ];
}

function differenceOf(losses: readonly number[], reference: readonly number[]): { mean: number; largest: number } {
  const gaps = losses.map((loss, i) => Math.abs(loss - (reference[i] as number)));
  return { mean: gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length, largest: Math.max(...gaps) };
}
