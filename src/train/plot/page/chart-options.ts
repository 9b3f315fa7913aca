import type uPlot from 'uplot';
import type { ChartData, ChartLine } from './chart-data.ts';
import { runColor, runDash, styleColor } from './colors.ts';
import { logScaleFor } from './scale.ts';
import { shownNumber } from './shown-number.ts';

export interface ChartLook {
  readonly width: number;
  readonly height: number;
  readonly isLogarithmic: boolean;
}

/** How uPlot is to draw the lines; colours are the page's of now. Pointers move together in all charts. */
export function chartOptions(data: ChartData, { width, height, isLogarithmic }: ChartLook): uPlot.Options {
  return {
    width,
    height,
    legend: { show: false },
    scales: { x: { time: false, auto: false }, y: isLogarithmic ? logarithmic(data) : {} },
    axes: [axis({ size: 30 }), axis({ size: 62 })],
    series: [{}, ...data.lines.flatMap(linesOf)],
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      dataIdx: (plot, series, hovered) => nearestValue(plot.data[series] ?? [], hovered),
      focus: { prox: -1 },
      sync: {
        key: 'charts',
        scales: ['x', null],
        setSeries: false,
        filters: { pub: (type) => type.startsWith('mouse') && type !== 'mouseup' && type !== 'mousedown' },
      },
    },
  };
}

function axis(own: { readonly size: number }): uPlot.Axis {
  const line = styleColor('--line');
  return {
    ...own,
    stroke: styleColor('--quiet'),
    font: '11px system-ui, sans-serif',
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1, size: 5 },
    values: (_, places) => places.map((place) => (place === null ? '' : shownNumber(place))),
  };
}

function logarithmic({ columns, lines }: ChartData): uPlot.Scale {
  const scale = logScaleFor(lines.flatMap(({ column }) => [...(columns[column] ?? [])].map((value) => value ?? null)));
  if (scale.kind === 'symmetric') return { distr: 4, asinh: scale.linearBelow };
  return scale.kind === 'log' ? { distr: 3, log: 10 } : {};
}

function linesOf({ curve, smoothedColumn }: ChartLine): uPlot.Series[] {
  const stroke = runColor(curve.run);
  const isFaint = smoothedColumn !== undefined;
  const dash = curve.kind === 'median' ? [6, 4] : runDash(curve.run);
  const isTest = curve.kind === 'average' || curve.kind === 'median';
  const line: uPlot.Series = {
    stroke,
    width: isFaint ? 1 : 1.75,
    alpha: isFaint ? 0.3 : 1,
    dash,
    points: isTest ? { show: true, size: 5 } : { show: curve.y.length === 1 },
  };
  return isFaint ? [line, { stroke, width: 2, dash, points: { show: curve.y.length === 1 } }] : [line];
}

/**
 * Of runs that are logged at other steps: the place next to the hovered one at which this line has a value. The hovered
 * one itself before a line's beginning and after its end.
 */
export function nearestValue(values: ArrayLike<number | null | undefined>, hovered: number): number {
  let [left, right] = [hovered, hovered];
  while (left >= 0 && typeof values[left] !== 'number') left--;
  while (right < values.length && typeof values[right] !== 'number') right++;
  if (left < 0 || right === values.length) return hovered;
  return hovered - left <= right - hovered ? left : right;
}
