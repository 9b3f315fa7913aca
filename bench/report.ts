import type { Cost } from './clock.ts';
import type { CompareReport } from './compare.ts';
import type { KernelTime } from './kernel-profile.ts';
import type { LoadReport } from './load.ts';
import type { PytorchReport } from './pytorch.ts';

const PROFILE_LINES = 20;

export function forwardLines(report: CompareReport): string[] {
  const { backend, median, runs, stages, peakMemoryGb, pytorch, speedup, shareOfMatmul } = report;
  return [
    `${backend.name} ${backend.version} (${backend.device}): ${pairLine({ median, runs, stages, peakMemoryGb })}`,
    `  ${report.gmacPerPair.toFixed(0)} GMAC a pair: ${report.gflopPerSecond.toFixed(0)} GFLOP/s; a 768×1024×4096 product: ${report.matmulGflopPerSecond.toFixed(0)}`,
    `  share of the product's speed: ${percent(shareOfMatmul.seconds)} by the clock, ${percent(shareOfMatmul.cpuSeconds)} by processor time`,
    ...('missing' in pytorch
      ? [pytorch.missing]
      : Object.entries(pytorch).map(([dtype, theirs]) => `PyTorch ${theirs.version} ${dtype}: ${pairLine(theirs)}`)),
    ...Object.entries(speedup ?? {}).map(
      ([of, { seconds, cpuSeconds }]) =>
        `PyTorch float32 / ours, ${of}: ${seconds.toFixed(2)} by the clock, ${cpuSeconds.toFixed(2)} by processor time`,
    ),
    ...Object.entries(report.profile ?? {}).flatMap(([stage, times]) => profileLines(stage, times)),
  ];
}

export function loadLines({ backend, fileGb, load, memoryBeforeGb, peakMemoryGb }: LoadReport): string[] {
  const speed = (fileGb / load.seconds).toFixed(2);
  return [
    `${backend.name} ${backend.version} (${backend.device}): ${costText(load)} for ${fileGb.toFixed(2)} GB (${speed} GB/s)`,
    `  memory: ${memoryBeforeGb.toFixed(2)} GB before, ${peakMemoryGb.toFixed(2)} GB at most`,
  ];
}

type PairTimes = Pick<PytorchReport, 'median' | 'runs' | 'stages' | 'peakMemoryGb'>;

function pairLine({ median, runs, stages, peakMemoryGb }: PairTimes): string {
  const each = runs.map(({ seconds }) => seconds.toFixed(2)).join(' ');
  const parts = Object.entries(stages).map(([stage, cost]) => `${stage} ${cost.seconds.toFixed(2)}`);
  return `${costText(median)} a pair (${each}; ${parts.join(', ')}), at most ${peakMemoryGb.toFixed(2)} GB`;
}

function profileLines(stage: string, times: readonly KernelTime[]): string[] {
  const total = times.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  const title = `${stage}: ${total.toFixed(0)} ms of processor time in kernels`;
  return [title, ...times.slice(0, PROFILE_LINES).map((time) => profileLine(time, total))];
}

function profileLine({ op, kernel, calls, ms, cpuMs, flop }: KernelTime, total: number): string {
  const speed = flop > 0 ? `  ${(flop / cpuMs / 1e6).toFixed(0)} GFLOP a processor second` : '';
  const numbers = [
    percent(cpuMs / total).padStart(6),
    `${cpuMs.toFixed(0)} ms`.padStart(9),
    `clock ${ms.toFixed(0)} ms`.padStart(15),
    `${calls}×`.padStart(6),
  ];
  return `${numbers.join(' ')}  ${op}/${kernel}${speed}`;
}

function costText({ seconds, cpuSeconds }: Cost): string {
  return `${seconds.toFixed(2)} s (processor ${cpuSeconds.toFixed(2)} s)`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
