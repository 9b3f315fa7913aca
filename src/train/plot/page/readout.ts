import type { ChartLine } from './chart-data.ts';
import { runSwatch } from './colors.ts';
import { element } from './elements.ts';
import { shownNumber } from './shown-number.ts';

/** A line's colour, name and value; of a smoothed one the raw value in brackets. */
export function readoutLine(
  { curve, column, smoothedColumn }: ChartLine,
  runNames: readonly string[],
  valueAt: (column: number) => number | null,
): HTMLLIElement {
  const kind = curve.kind === 'average' || curve.kind === 'median' ? ` ${curve.kind}` : '';
  const raw = text(valueAt(column));
  const value = smoothedColumn === undefined ? raw : `${text(valueAt(smoothedColumn))} (${raw})`;
  const missing =
    curve.notFinite === 0 ? [] : [element('span', { class: 'warning' }, ` ${curve.notFinite} not finite`)];
  return element(
    'li',
    {},
    runSwatch(curve.run, curve.kind === 'median'),
    `${runNames[curve.run] ?? ''}${kind} `,
    element('b', {}, value),
    ...missing,
  );
}

function text(value: number | null): string {
  return value === null ? '–' : shownNumber(value);
}
