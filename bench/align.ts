// npm run bench -- align [--images 4] [--window 3] [--runs 8] [--pytorch <python with torch 2.13>]
// On 2 cores of an AMD EPYC with AVX-512 that other work kept busy (2026-11-23), at 512×384; the least iteration by the
// clock and in processor time, ours beside PyTorch 2.13, and whole alignments (processor time, peak):
//   4 images, 12 pairs: 8.9 ms (16) beside 152 ms (303); plain 5.9 s, coarse-to-fine 2.4 s, 0.58 GB
//   8 images, 56 pairs: 34 ms (58) beside 1285 ms (2472), 1.7 GB; plain 22 s, coarse-to-fine 6.9 s, 0.63 GB
//   30 images, 168 pairs (--images 30 --window 3): 234 ms (181); coarse-to-fine 24 s, 1.1 GB
// With --engine script, 4 images: 162 ms.
import { execFile } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { PixelEngine } from '#align/pixels.ts';
import type { BackendName } from '#backend/choose.ts';
import { syntheticScene } from '#test/align/synthetic-pairs.ts';
import { type Cost, leastCost, medianCost } from './clock.ts';
import { findPytorch, howToInstall } from './pytorch.ts';

export interface AlignBenchOptions {
  readonly images: number;
  /** Only pairs of images at most so far apart; 0: all. */
  readonly window: number;
  readonly width: number;
  readonly height: number;
  /** Measured iterations in each of two processes. */
  readonly runs: number;
  readonly backend: BackendName | 'auto';
  readonly engine: PixelEngine;
  /** Whether to measure whole alignments too. */
  readonly solve: boolean;
  /** A Python that has PyTorch; see findPytorch. */
  readonly pytorch: string | undefined;
}

/** What a measured process of ours is told. */
export interface AlignRunOptions extends Pick<AlignBenchOptions, 'width' | 'height' | 'runs' | 'backend' | 'engine'> {
  readonly method: 'iterations' | 'plain' | 'coarse-to-fine';
  readonly edges: readonly (readonly [first: number, second: number])[];
  readonly dataPath: string;
  readonly statePath: string;
}

/** What a process that measured iterations prints. */
export interface AlignRunReport {
  readonly runs: readonly Cost[];
  /** Before each iteration, the unmeasured first two included. */
  readonly losses: readonly number[];
  readonly peakMemoryGb: number;
  readonly version: string;
}

/** What a process that measured a whole alignment prints. */
export interface AlignSolveReport {
  readonly cost: Cost;
  readonly loss: number;
  readonly peakMemoryGb: number;
}

export interface AlignSpeed extends Omit<AlignRunReport, 'runs'> {
  readonly median: Cost;
  readonly least: Cost;
}

export interface AlignBenchReport {
  readonly images: number;
  readonly pairs: number;
  readonly width: number;
  readonly height: number;
  readonly ours: AlignSpeed;
  readonly pytorch: AlignSpeed | { readonly missing: string };
  /** Ours over PyTorch's. */
  readonly ratio?: { readonly least: Cost; readonly memory: number; readonly losses: number };
  readonly solutions?: Readonly<Record<'plain' | 'coarse-to-fine', AlignSolveReport>>;
}

const run = promisify(execFile);
const ROUNDS = 2;

/**
 * Times iterations of the global alignment, ours and PyTorch's on the same pairs from the same first guess, in turns and
 * each time in a process of its own; then whole alignments by both of our methods.
 */
export async function benchAlign(options: AlignBenchOptions): Promise<AlignBenchReport> {
  const python = await findPytorch(options.pytorch);
  const folder = await mkdtemp(join(tmpdir(), 'dust3r-bench-align-'));
  try {
    return await measure(writeScene(options, folder), options, python);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Noise of 2 % and 5 % of outliers, as little as a network leaves. */
function writeScene(options: AlignBenchOptions, folder: string): AlignRunOptions {
  const { images, window, width, height, runs, backend, engine } = options;
  const isPair = (first: number, second: number) => window === 0 || Math.abs(first - second) <= window;
  const edges: [number, number][] = [];
  const dataPath = join(folder, 'pairs.f32');
  const file = openSync(dataPath, 'w');
  const onPair = ({ first, second, view1, view2 }: ReturnType<typeof syntheticScene>['pairs'][number]) => {
    edges.push([first, second]);
    for (const { points, confidence } of [view1, view2]) for (const part of [points, confidence]) writeSync(file, part);
  };
  const scene = { views: images, width, height, noise: 0.02, outliers: 0.05, isPair };
  for (const pair of syntheticScene(scene).pairs) onPair(pair);
  closeSync(file);
  return {
    ...{ width, height, runs, backend, engine, edges, dataPath },
    method: 'iterations',
    statePath: join(folder, 'state.f32'),
  };
}

async function measure(
  task: AlignRunOptions,
  { images, width, height, solve }: AlignBenchOptions,
  python: string | undefined,
): Promise<AlignBenchReport> {
  const [ours, theirs]: [AlignRunReport[], AlignRunReport[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await runOurs<AlignRunReport>(task));
    if (python !== undefined) theirs.push(await runTheirs(python, task, images));
  }
  const report = { images, pairs: task.edges.length, width, height, ours: joined(ours) };
  const solutions = solve ? { solutions: await timeSolutions(task) } : {};
  if (python === undefined)
    return { ...report, ...solutions, pytorch: { missing: `no Python with PyTorch: ${howToInstall()}` } };
  const pytorch = joined(theirs);
  return { ...report, ...solutions, pytorch, ratio: ratioOf(report.ours, pytorch) };
}

async function timeSolutions(task: AlignRunOptions): Promise<Record<'plain' | 'coarse-to-fine', AlignSolveReport>> {
  const plain = await runOurs<AlignSolveReport>({ ...task, method: 'plain' });
  return { plain, 'coarse-to-fine': await runOurs<AlignSolveReport>({ ...task, method: 'coarse-to-fine' }) };
}

async function runOurs<Report>(task: AlignRunOptions): Promise<Report> {
  const script = fileURLToPath(new URL('align-run.ts', import.meta.url));
  const { stdout } = await run(process.execPath, [...process.execArgv, script, JSON.stringify(task)]);
  return JSON.parse(stdout) as Report;
}

async function runTheirs(python: string, task: AlignRunOptions, images: number): Promise<AlignRunReport> {
  const script = fileURLToPath(new URL('pytorch/align.py', import.meta.url));
  // Without -B Python would leave its compiled files in the source tree.
  const { stdout } = await run(python, ['-B', script, JSON.stringify({ ...task, images })]);
  return JSON.parse(stdout) as AlignRunReport;
}

function joined(reports: readonly AlignRunReport[]): AlignSpeed {
  const runs = reports.flatMap((report) => report.runs);
  const { losses, version } = reports.at(-1) as AlignRunReport;
  const peakMemoryGb = Math.max(...reports.map((report) => report.peakMemoryGb));
  return { median: medianCost(runs), least: leastCost(runs), losses, version, peakMemoryGb };
}

function ratioOf(ours: AlignSpeed, theirs: AlignSpeed): NonNullable<AlignBenchReport['ratio']> {
  const { seconds, cpuSeconds } = theirs.least;
  const differences = ours.losses.map((loss, i) => Math.abs(loss / (theirs.losses[i] as number) - 1));
  return {
    least: { seconds: ours.least.seconds / seconds, cpuSeconds: ours.least.cpuSeconds / cpuSeconds },
    memory: ours.peakMemoryGb / theirs.peakMemoryGb,
    losses: Math.max(...differences),
  };
}
