import type { AlignBenchReport, AlignSpeed } from './align.ts';
import type { Cost } from './clock.ts';

export function alignLines({
  images,
  pairs,
  width,
  height,
  ours,
  pytorch,
  ratio,
  solutions,
}: AlignBenchReport): string[] {
  return [
    `${images} images of ${width}×${height}, ${pairs} pairs:`,
    `  ours, ${ours.version}: ${speedLine(ours)}`,
    'missing' in pytorch ? `  ${pytorch.missing}` : `  PyTorch ${pytorch.version}: ${speedLine(pytorch)}`,
    ...(ratio
      ? [
          `  ours / PyTorch: ${ratio.least.seconds.toFixed(3)} by the clock, ${ratio.least.cpuSeconds.toFixed(3)} by processor time, ${ratio.memory.toFixed(2)} of the memory; losses differ by at most ${ratio.losses.toExponential(1)}`,
        ]
      : []),
    ...Object.entries(solutions ?? {}).map(
      ([method, { cost, loss, peakMemoryGb }]) =>
        `  whole alignment, ${method}: ${cost.seconds.toFixed(2)} s (processor ${cost.cpuSeconds.toFixed(2)} s), loss ${loss.toFixed(5)}, at most ${peakMemoryGb.toFixed(2)} GB`,
    ),
  ];
}

function speedLine({ median, least, peakMemoryGb }: AlignSpeed): string {
  return `${milliseconds(median)} an iteration, at least ${milliseconds(least)}, at most ${peakMemoryGb.toFixed(2)} GB`;
}

function milliseconds({ seconds, cpuSeconds }: Cost): string {
  return `${(1e3 * seconds).toFixed(1)} ms (processor ${(1e3 * cpuSeconds).toFixed(1)} ms)`;
}
