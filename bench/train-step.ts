// npm run bench -- train-step [--preset small] [--runs 5] [--amp] [--pytorch <python with torch 2.13>]
// On 2 idle cores of an AMD EPYC with AVX-512 and bfloat16 (2026-11-23), `small`, the median step in milliseconds (and of
// processor time) and the peak of memory: ours in float32 507 (950), 0.96 GB; PyTorch 2.13 583 (1161), 0.96 GB: 0.87 by the
// clock. With --amp 344 (632), 0.90 GB; PyTorch under autocast 416 (823), 0.80 GB: 0.58 of PyTorch's float32.
// `mini --amp`: 194 (344), 0.70 GB.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BackendName } from '#backend/choose.ts';
import { type ModelConfig, presetConfig } from '#model/config.ts';
import { type Cost, leastCost, medianCost } from './clock.ts';
import type { KernelTime } from './kernel-profile.ts';
import { findPytorch, howToInstall, type PytorchDtype } from './pytorch.ts';

const small = presetConfig('small');

/** What is measured of each network: the size of its images and how many pairs make a batch, before it is made symmetric. */
export const trainCases = {
  mini: {
    ...{ width: 128, height: 96, pairs: 8 },
    config: {
      ...{ ...small, imageSize: [96, 128] },
      encoder: { dim: 192, depth: 6, heads: 3 },
      decoder: { dim: 128, depth: 6, heads: 2 },
    },
  },
  small: { width: 112, height: 112, pairs: 8, config: small },
  '224-linear': { width: 224, height: 224, pairs: 1, config: presetConfig('224-linear') },
} as const satisfies Record<string, TrainSize & { readonly config: ModelConfig }>;
export type TrainCase = keyof typeof trainCases;

interface TrainSize {
  readonly width: number;
  readonly height: number;
  readonly pairs: number;
}

export interface TrainStepOptions {
  readonly preset: TrainCase;
  readonly backend: BackendName | 'auto';
  /** Measured steps in each of the two processes, after two that are not. */
  readonly runs: number;
  /** Mixed precision of ours, and beside it PyTorch's autocast. */
  readonly amp: boolean;
  /** Gradient checkpointing of our blocks. */
  readonly recompute: boolean;
  /** Also time every kernel of the gradients of one more of our steps. */
  readonly profile: boolean;
  /** A Python that has PyTorch; see findPytorch. */
  readonly pytorch: string | undefined;
}

/** What the measured process of ours is told. */
export interface TrainRunOptions extends Omit<TrainStepOptions, 'pytorch' | 'preset'>, TrainSize {
  readonly config: ModelConfig;
}

/** Loss and gradients; the norm of these and the optimizer. */
export type TrainStages<T> = { readonly gradients: T; readonly update: T };

/** What a measured process prints. */
export interface TrainRunReport {
  readonly runs: readonly Cost[];
  /** Medians of the parts. */
  readonly stages: TrainStages<Cost>;
  readonly peakMemoryGb: number;
  readonly version: string;
  /** Kernels of the gradients, the most expensive first. */
  readonly profile?: readonly KernelTime[];
}

export interface TrainSpeed extends TrainRunReport {
  readonly median: Cost;
  readonly least: Cost;
}

export interface TrainStepReport extends TrainSize {
  readonly preset: TrainCase;
  readonly amp: boolean;
  readonly ours: TrainSpeed;
  readonly pytorch: Partial<Record<PytorchDtype, TrainSpeed>> | { readonly missing: string };
  /** Our time over PyTorch's in float32. */
  readonly ratio?: { readonly median: Cost; readonly least: Cost };
}

const run = promisify(execFile);
const ROUNDS = 2;
const MAX_OUTPUT = 2 ** 26;

/**
 * Times training steps of one network, ours and PyTorch's in turns and each time in a process of its own, for the
 * machine may have other work at one time and none at another, and the peak of memory is a process's.
 */
export async function benchTrainStep(options: TrainStepOptions): Promise<TrainStepReport> {
  const { config, ...size } = trainCases[options.preset];
  const python = await findPytorch(options.pytorch);
  const dtypes: PytorchDtype[] = options.amp ? ['float32', 'bfloat16'] : ['float32'];
  const ours: TrainRunReport[] = [];
  const theirs = dtypes.map((dtype) => [dtype, [] as TrainRunReport[]] as const);
  for (let round = 0; round < ROUNDS; round++) {
    if (python !== undefined)
      for (const [dtype, reports] of theirs) reports.push(await timeTheirs(python, dtype, options));
    const profile = options.profile && round === ROUNDS - 1;
    ours.push(await timeOurs({ ...options, ...size, config, profile }));
  }
  const report = { preset: options.preset, ...size, amp: options.amp, ours: joined(ours) };
  if (python === undefined) return { ...report, pytorch: { missing: `no Python with PyTorch: ${howToInstall()}` } };
  const pytorch = Object.fromEntries(theirs.map(([dtype, reports]) => [dtype, joined(reports)])) as Theirs;
  const { median, least } = pytorch.float32;
  const ratio = { median: quotient(report.ours.median, median), least: quotient(report.ours.least, least) };
  return { ...report, pytorch, ratio };
}

type Theirs = Partial<Record<PytorchDtype, TrainSpeed>> & { readonly float32: TrainSpeed };

async function timeOurs(options: TrainRunOptions): Promise<TrainRunReport> {
  const script = fileURLToPath(new URL('train-step-run.ts', import.meta.url));
  const args = [...process.execArgv, script, JSON.stringify(options)];
  return parsed(await run(process.execPath, args, { maxBuffer: MAX_OUTPUT }));
}

async function timeTheirs(
  python: string,
  dtype: PytorchDtype,
  { preset, runs }: TrainStepOptions,
): Promise<TrainRunReport> {
  const script = fileURLToPath(new URL('pytorch/train.py', import.meta.url));
  const { width, height, pairs, config } = trainCases[preset];
  const sizes = ['--width', `${width}`, '--height', `${height}`, '--pairs', `${pairs}`];
  const rest = ['--runs', `${runs}`, '--dtype', dtype];
  // Without -B Python would leave its compiled files in the source tree.
  return parsed(await run(python, ['-B', script, '--config', JSON.stringify(config), ...sizes, ...rest]));
}

function parsed({ stdout }: { stdout: string }): TrainRunReport {
  return JSON.parse(stdout) as TrainRunReport;
}

function joined(reports: readonly TrainRunReport[]): TrainSpeed {
  const runs = reports.flatMap((report) => report.runs);
  const stage = (name: keyof TrainStages<Cost>) => medianCost(reports.map((report) => report.stages[name]));
  return {
    ...(reports.at(-1) as TrainRunReport),
    runs,
    median: medianCost(runs),
    least: leastCost(runs),
    stages: { gradients: stage('gradients'), update: stage('update') },
    peakMemoryGb: Math.max(...reports.map(({ peakMemoryGb }) => peakMemoryGb)),
  };
}

function quotient(ours: Cost, theirs: Cost): Cost {
  return { seconds: ours.seconds / theirs.seconds, cpuSeconds: ours.cpuSeconds / theirs.cpuSeconds };
}
