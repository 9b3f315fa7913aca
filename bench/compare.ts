import { type Cost, leastCost, medianCost } from './clock.ts';
import { benchForward, type ForwardOptions, type ForwardReport } from './forward.ts';
import { findPytorch, howToInstall, type PytorchDtype, type PytorchReport, timePytorch } from './pytorch.ts';

export interface CompareOptions extends ForwardOptions {
  /** A Python that has PyTorch; see findPytorch. */
  readonly pytorch: string | undefined;
}

export interface CompareReport extends ForwardReport {
  readonly pytorch: Readonly<Record<PytorchDtype, PytorchReport>> | { readonly missing: string };
  /** PyTorch's time in float32 over ours: of the medians, and of the fastest runs. */
  readonly speedup?: { readonly median: Cost; readonly fastest: Cost };
}

/** Ours between two measurements of PyTorch, for the machine may have other work at one time and none at another. */
export async function compareForward(options: CompareOptions): Promise<CompareReport> {
  const python = await findPytorch(options.pytorch);
  if (python === undefined) {
    const ours = await benchForward(options);
    return { ...ours, pytorch: { missing: `no Python with PyTorch: ${howToInstall()}` } };
  }
  const before = await timeBoth(python, options);
  const ours = await benchForward(options);
  const after = await timeBoth(python, options);
  const pytorch = {
    float32: joined(before.float32, after.float32),
    bfloat16: joined(before.bfloat16, after.bfloat16),
  };
  const speedup = {
    median: ratio(pytorch.float32.median, ours.median),
    fastest: ratio(leastCost(pytorch.float32.runs), leastCost(ours.runs)),
  };
  return { ...ours, pytorch, speedup };
}

function ratio(theirs: Cost, ours: Cost): Cost {
  return { seconds: theirs.seconds / ours.seconds, cpuSeconds: theirs.cpuSeconds / ours.cpuSeconds };
}

async function timeBoth(python: string, options: CompareOptions): Promise<Record<PytorchDtype, PytorchReport>> {
  const float32 = await timePytorch(python, 'float32', options);
  return { float32, bfloat16: await timePytorch(python, 'bfloat16', options) };
}

function joined(before: PytorchReport, after: PytorchReport): PytorchReport {
  const runs = [...before.runs, ...after.runs];
  const both = (pick: (report: PytorchReport) => number) => [pick(before), pick(after)] as const;
  const mean = ([a, b]: readonly [number, number]) => (a + b) / 2;
  const stage = (name: keyof PytorchReport['stages']) => medianCost([before.stages[name], after.stages[name]]);
  return {
    ...after,
    runs,
    median: medianCost(runs),
    stages: { encoder: stage('encoder'), decoder: stage('decoder'), heads: stage('heads') },
    matmulGflopPerSecond: mean(both((report) => report.matmulGflopPerSecond)),
    peakMemoryGb: Math.max(...both((report) => report.peakMemoryGb)),
  };
}
