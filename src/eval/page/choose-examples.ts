import type { EvalReport, PairRow } from '#eval/report.ts';
import type { EvalSample } from '#eval/sample.ts';
import { meanAbsRel } from './report-charts.ts';

/** A pair as an example of how a method does. */
export interface Example {
  readonly rank: 'best' | 'median' | 'worst';
  readonly sample: EvalSample;
  readonly row: PairRow;
}

/** Of each method's samples the best, the middle and the worst by depth error, or by pose error where no depth is known. */
export function chooseExamples({ methods }: EvalReport, samples: readonly EvalSample[]): Map<string, Example[]> {
  const chosen = new Map<string, Example[]>();
  for (const { name, pairs } of methods) {
    const found = samples
      .filter(({ method }) => method === name)
      .flatMap((sample) => {
        const row = pairs[sample.pair];
        return row ? [{ sample, row }] : [];
      })
      .sort((a, b) => errorOf(a.row) - errorOf(b.row));
    if (found.length > 0) chosen.set(name, withRanks(found));
  }
  return chosen;
}

function withRanks(sorted: readonly Omit<Example, 'rank'>[]): Example[] {
  const places = new Map([
    [0, 'best'],
    [sorted.length - 1, 'worst'],
    [Math.floor((sorted.length - 1) / 2), 'median'],
  ] as const);
  return [...places]
    .sort(([a], [b]) => a - b)
    .map(([place, rank]) => ({ rank, ...(sorted[place] as Omit<Example, 'rank'>) }));
}

function errorOf(row: PairRow): number {
  const angle = row.pose && Math.max(row.pose.rotationDeg, row.pose.translationDeg ?? 0);
  return meanAbsRel(row) ?? angle ?? row.pointmap?.error ?? 0;
}
