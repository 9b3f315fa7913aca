import { medianCost } from './clock.ts';
import { benchForward, type ForwardOptions, type ForwardReport } from './forward.ts';
import { findPytorch, howToInstall, type PytorchDtype, type PytorchReport, timePytorch } from './pytorch.ts';

export interface CompareOptions extends ForwardOptions {
  /** A Python that has PyTorch; see findPytorch. */
  readonly pytorch: string | undefined;
}

export interface CompareReport extends ForwardReport {
  readonly pytorch: Readonly<Record<PytorchDtype, PytorchReport>> | { readonly missing: string };
  /** How many times faster than PyTorch in float32, by the clock and by processor time. */
  readonly speedup?: { readonly seconds: number; readonly cpuSeconds: number };
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
  const { seconds, cpuSeconds } = pytorch.float32.median;
  const speedup = { seconds: seconds / ours.median.seconds, cpuSeconds: cpuSeconds / ours.median.cpuSeconds };
  return { ...ours, pytorch, speedup };
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
