import type { Cost } from './clock.ts';
import type { KernelTime } from './kernel-profile.ts';
import type { TrainSpeed, TrainStepReport } from './train-step.ts';

const PROFILE_LINES = 30;

export function trainStepLines(report: TrainStepReport): string[] {
  const { preset, width, height, pairs, amp, ours, pytorch, ratio } = report;
  return [
    `${preset} at ${width}×${height}, ${pairs} ${pairs === 1 ? 'pair' : 'pairs'} a batch (${2 * pairs} images, ${2 * pairs} ordered pairs):`,
    `  ours, ${ours.version}, ${amp ? 'mixed precision' : 'float32'}: ${speedLine(ours)}`,
    ...('missing' in pytorch
      ? [`  ${pytorch.missing}`]
      : Object.entries(pytorch).map(([dtype, theirs]) => `  PyTorch ${theirs.version} ${dtype}: ${speedLine(theirs)}`)),
    ...Object.entries(ratio ?? {}).map(
      ([of, { seconds, cpuSeconds }]) =>
        `  ours / PyTorch float32, ${of}: ${seconds.toFixed(2)} by the clock, ${cpuSeconds.toFixed(2)} by processor time`,
    ),
    ...(ours.profile ? profileLines(ours.profile) : []),
  ];
}

function speedLine({ median, least, runs, stages, peakMemoryGb }: TrainSpeed): string {
  const parts = Object.entries(stages).map(([name, cost]) => `${name} ${milliseconds(cost)}`);
  return `${milliseconds(median)} a step, at least ${milliseconds(least)} (${runs.length} steps; ${parts.join(', ')}), at most ${peakMemoryGb.toFixed(2)} GB`;
}

function milliseconds({ seconds, cpuSeconds }: Cost): string {
  return `${(1e3 * seconds).toFixed(0)} ms (processor ${(1e3 * cpuSeconds).toFixed(0)} ms)`;
}

function profileLines(times: readonly KernelTime[]): string[] {
  const total = times.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  const calls = times.reduce((sum, time) => sum + time.calls, 0);
  return [
    `  gradients: ${total.toFixed(0)} ms of processor time in ${calls} kernels`,
    ...times.slice(0, PROFILE_LINES).map(({ op, kernel, calls, ms, cpuMs, flop }) => {
      const speed = flop > 0 ? `  ${(flop / ms / 1e6).toFixed(0)} GFLOP/s` : '';
      const share = ((100 * cpuMs) / total).toFixed(1);
      return `  ${share.padStart(5)} % ${cpuMs.toFixed(1).padStart(8)} ms, clock ${ms.toFixed(1).padStart(7)} ms ${`${calls}×`.padStart(6)}  ${op}/${kernel}${speed}`;
    }),
  ];
}
