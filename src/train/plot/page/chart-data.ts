import uPlot from 'uplot';
import type { ChartCurve } from './chart-list.ts';
import type { Settings } from './settings.ts';
import { smooth } from './smooth.ts';

/** A line of a chart: which column of the plot's data it is. Noisy values have a smoothed line beside theirs. */
export interface ChartLine {
  readonly curve: ChartCurve;
  readonly column: number;
  readonly smoothedColumn: number | undefined;
}

export interface ChartData {
  /** Of uPlot: the horizontal places, then one column for each line. */
  readonly columns: uPlot.AlignedData;
  readonly lines: readonly ChartLine[];
}

/** The visible curves on one horizontal axis; where a run has no value, its line goes on. */
export function chartData(curves: readonly ChartCurve[], { axis, hidden, smoothing }: Settings): ChartData {
  const visible = curves.filter(({ run }) => !hidden.has(run));
  const tables: uPlot.AlignedData[] = [];
  const lines: ChartLine[] = [];
  let column = 1;
  for (const curve of visible) {
    const isSmoothed = curve.kind === 'noisy' && smoothing > 0;
    lines.push({ curve, column, smoothedColumn: isSmoothed ? column + 1 : undefined });
    tables.push([[...curve.x[axis]], [...curve.y], ...(isSmoothed ? [smooth(curve.y, smoothing)] : [])]);
    column += isSmoothed ? 2 : 1;
  }
  const gapsAtNull = 1;
  const columns =
    tables.length > 0
      ? uPlot.join(
          tables,
          tables.map((table) => table.map(() => gapsAtNull)),
        )
      : [[]];
  return { columns: columns as uPlot.AlignedData, lines };
}
