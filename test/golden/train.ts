import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { PairBatch } from '#data/pair-batch.ts';
import { Dust3r } from '#model/dust3r.ts';
import { isFrozen } from '#model/dust3r-spec.ts';
import { configFromKwargs } from '#model/hub-config.ts';
import { AdamW } from '#optim/adamw.ts';
import { learningRateAt } from '#optim/schedule.ts';
import { type GoldenTensor, goldenFloats, readGolden } from '#test/support/golden.ts';
import { truthInFirstCamera } from '#train/losses/first-camera.ts';
import { makeCriterion } from '#train/losses/make-criterion.ts';
import { parseCriterion } from '#train/losses/notation.ts';
import { TrainStep } from '#train/step.ts';
import { type Comparison, checkFile, exactly, type FileReport, relativeError } from './report.ts';

const SCHEDULE_TOLERANCE = 1e-9;
const TOLERANCE = 1e-3;
const known = ['linear', 'dpt', 'freeze_encoder'];

type Golden = ReadonlyMap<string, GoldenTensor>;

/** Gradients at the first step, then the optimizer's steps on symmetrised batches; the schedule by itself. */
export async function checkTrain(folder: string): Promise<FileReport[]> {
  const reports = [await checkFile(folder, ['train/lr_schedule.json'], compareSchedule)];
  for (const name of new Set([...known, ...runsIn(join(folder, 'train'))])) {
    const files = [
      `train/${name}.safetensors`,
      `train/${name}.json`,
      `model/${startOf(folder, name)}.weights.safetensors`,
    ];
    reports.push(await checkFile(folder, files as [string, ...string[]], compareRun));
  }
  return reports;
}

function runsIn(folder: string): string[] {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files.filter((file) => file.endsWith('.safetensors')).map((file) => file.replace(/\.safetensors$/, ''));
}

/** The network from whose weights a run starts: that of its own name, or the one with the same head. */
function startOf(folder: string, name: string): string {
  if (existsSync(join(folder, `model/${name}.weights.safetensors`))) return name;
  return name.includes('dpt') ? 'dpt' : 'linear';
}

/** Keys spell out the run: "epochs=10,warmup=1"; from 1e-4 down to 1e-6. */
function compareSchedule(path: string): Comparison[] {
  const curves = JSON.parse(readFileSync(path, 'utf8')) as Record<string, [epoch: number, rate: number][]>;
  return Object.entries(curves).map(([name, points]) => {
    const [, length, warmup] = /^epochs=(\d+),warmup=(\d+)$/.exec(name) ?? [];
    const schedule = {
      kind: 'cosine',
      peak: 1e-4,
      least: 1e-6,
      warmup: Number(warmup),
      length: Number(length),
    } as const;
    const rates = points.map(([epoch]) => learningRateAt(schedule, epoch));
    return {
      name,
      error: relativeError(
        rates,
        points.map(([, rate]) => rate),
      ),
      tolerance: SCHEDULE_TOLERANCE,
    };
  });
}

interface Run {
  readonly model: Record<string, unknown>;
  readonly criterion: string;
  readonly optimizer: { readonly betas: [number, number]; readonly eps: number; readonly weight_decay: number };
  readonly schedule: {
    readonly lr: number;
    readonly min_lr: number;
    readonly warmup_epochs: number;
    readonly epochs: number;
  };
  readonly grad_norms_step0: Record<string, number>;
  readonly final_norms: Record<string, number>;
  readonly log: readonly LogEntry[];
}

interface LogEntry {
  readonly step: number;
  readonly epoch: number;
  readonly lr: number;
  readonly loss: number;
  readonly details: Record<string, number>;
  readonly grad_norm: number;
}

async function compareRun(path: string, runPath: string, weightsPath: string): Promise<Comparison[]> {
  const golden = readGolden(path);
  const run = JSON.parse(readFileSync(runPath, 'utf8')) as Run;
  const model = startingModel(run, readGolden(weightsPath));
  const { betas, eps: epsilon, weight_decay: weightDecay } = run.optimizer;
  const optimizer = new AdamW(model.weights(), { betas, epsilon, weightDecay });
  const step = new TrainStep({ model, optimizer, criterion: makeCriterion(parseCriterion(run.criterion)) });
  const comparisons: Comparison[] = [];
  for (const entry of run.log) {
    comparisons.push(...(await compareStep(step, run, [entry, batchOf(golden, entry.step)])));
    if (entry.step === 0) comparisons.push(...(await compareGradients(optimizer, run, golden)));
  }
  comparisons.push(...(await compareWeights(model, run, golden)));
  optimizer.dispose();
  model.dispose();
  return comparisons;
}

function startingModel({ model }: Run, weights: Golden): Dust3r {
  const config = configFromKwargs(model);
  return new Dust3r(config, (name, { shape }) => ({
    value: tf.tensor(goldenFloats(weights, name), [...shape]),
    isTrainable: !isFrozen(name, config.freeze),
  }));
}

/** One step's pairs, made symmetric (spec 3.5). */
function batchOf(golden: Golden, step: number): PairBatch {
  const [pairs, height, width] = (golden.get(`step${step}.view1.pts3d`) as GoldenTensor).shape as unknown as Size;
  const views = [1, 2].map((view) => readView(golden, `step${step}.view${view}`, pairs));
  const images = Array.from({ length: pairs }, (_, i) => views.map((view) => view[i] as GoldenView)).flat();
  const points = images.map((image, row) => {
    const partner = images[row ^ 1] as GoldenView;
    return truthInFirstCamera(image.worldPoints, partner.worldPoints, image.camToWorld);
  });
  return {
    pairs,
    width,
    height,
    images: joined(images.map(({ image }) => channelsLast(image, height * width))),
    trueShapes: images.map(() => [height, width] as const),
    points1: joined(points.map(([first]) => first)),
    points2: joined(points.map(([, second]) => second)),
    valid: Uint8Array.from(images.flatMap(({ valid }) => [...valid])),
    names: images.map((_, row) => `image ${row}`),
  };
}

type Size = readonly [pairs: number, height: number, width: number];

interface GoldenView {
  /** [3, H, W] */
  readonly image: Float32Array;
  readonly worldPoints: Float32Array;
  readonly camToWorld: Float64Array;
  readonly valid: Uint8Array;
}

function readView(golden: Golden, prefix: string, pairs: number): GoldenView[] {
  const part = <T extends Float32Array | Uint8Array>(values: T, i: number) =>
    values.slice((i * values.length) / pairs, ((i + 1) * values.length) / pairs) as T;
  return Array.from({ length: pairs }, (_, i) => ({
    image: part(goldenFloats(golden, `${prefix}.img`), i),
    worldPoints: part(goldenFloats(golden, `${prefix}.pts3d`), i),
    camToWorld: Float64Array.from(part(goldenFloats(golden, `${prefix}.camera_pose`), i)),
    valid: part(golden.get(`${prefix}.valid_mask`)?.data as Uint8Array, i),
  }));
}

function joined(arrays: readonly Float32Array[]): Float32Array {
  return Float32Array.from(arrays.flatMap((array) => [...array]));
}

/** [3, pixels] → [pixels, 3] */
function channelsLast(image: Float32Array, pixels: number): Float32Array {
  return image.map((_, i) => image[(i % 3) * pixels + Math.floor(i / 3)] as number);
}

async function compareStep(
  step: TrainStep,
  { schedule }: Run,
  [entry, batch]: readonly [LogEntry, PairBatch],
): Promise<Comparison[]> {
  const { lr: peak, min_lr: least, warmup_epochs: warmup, epochs: length } = schedule;
  const rate = learningRateAt({ kind: 'cosine', peak, least, warmup, length }, entry.epoch);
  const { loss, details } = await step.accumulate(batch);
  const { gradientNorm } = await step.update(rate);
  const numbers: Record<string, readonly [actual: number | undefined, expected: number]> = {
    loss: [loss, entry.loss],
    'gradient norm': [gradientNorm, entry.grad_norm],
    ...Object.fromEntries(Object.entries(entry.details).map(([name, value]) => [name, [details[name], value]])),
  };
  return [
    {
      name: `step ${entry.step}: learning rate`,
      error: relativeError([rate], [entry.lr]),
      tolerance: SCHEDULE_TOLERANCE,
    },
    ...Object.entries(numbers).map(([name, [actual, expected]]) =>
      compare(`step ${entry.step}: ${name}`, [actual ?? Number.NaN], [expected]),
    ),
  ];
}

/** After the first step the mean of the gradients is (1 − β₁) times the gradient. */
async function compareGradients(optimizer: AdamW, run: Run, golden: Golden): Promise<Comparison[]> {
  const share = 1 - run.optimizer.betas[0];
  const gradients = new Map<string, Float32Array>();
  for (const [name, { data }] of optimizer.state()) {
    if (name.endsWith('.mean'))
      gradients.set(
        name.slice(0, -'.mean'.length),
        (await data()).map((mean) => mean / share),
      );
  }
  const comparisons = [
    exactly('variables with gradients', [...gradients.keys()].sort(), Object.keys(run.grad_norms_step0).sort()),
  ];
  for (const [name, norm] of Object.entries(run.grad_norms_step0))
    comparisons.push(compare(`gradient norm of ${name}`, [normOf(gradients.get(name))], [norm]));
  for (const [name, { data }] of golden) {
    if (name.startsWith('grad0.')) comparisons.push(compare(name, gradients.get(name.slice('grad0.'.length)), data));
  }
  return comparisons;
}

async function compareWeights(model: Dust3r, run: Run, golden: Golden): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const [name, weight] of model.weights()) {
    const values = await weight.data<'float32'>();
    const norm = run.final_norms[name];
    if (norm !== undefined) comparisons.push(compare(`final norm of ${name}`, [normOf(values)], [norm]));
    const final = golden.get(`final.${name}`);
    if (final) comparisons.push(compare(`final.${name}`, values, final.data));
  }
  return comparisons;
}

function compare(name: string, actual: ArrayLike<number> | undefined, expected: ArrayLike<number>): Comparison {
  return { name, error: relativeError(actual ?? [], expected), tolerance: TOLERANCE };
}

function normOf(values: Float32Array | undefined): number {
  return values ? Math.sqrt(values.reduce((sum, value) => sum + value * value, 0)) : Number.NaN;
}
