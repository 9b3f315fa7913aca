import { median } from '#eval/metrics/statistics.ts';
import type { EvalReport, MethodReport, PairFacts, PairRow } from '#eval/report.ts';
import { type Axis, type ChartPoint, type ChartSpec, roundEnd, type Series } from './chart.ts';
import { degreesText, percentText, wholeText } from './shown-figure.ts';

/** The charts of a report, in order; those without any values are left out. */
export function reportCharts({ methods, pairs }: EvalReport): ChartSpec[] {
  const charts = [
    ...poseCharts(methods),
    absRelChart(methods),
    ...confidenceCharts(methods),
    ...overlapCharts(methods, pairs),
  ];
  return charts.filter(({ series }) => series.some(({ points }) => points.length > 0));
}

const wholePercent = (value: number) => `${Math.round(100 * value)} %`;
const shareAxis = (label: string): Axis => ({ label, from: 0, to: 1, format: wholePercent });
const tenths = Array.from({ length: 10 }, (_, i) => i);

function lines(methods: readonly MethodReport[], pointsOf: (method: MethodReport) => readonly ChartPoint[]): Series[] {
  return methods.flatMap((method, index) => {
    const points = pointsOf(method);
    return points.length > 0 ? [{ name: method.name, method: index, kind: 'line' as const, points }] : [];
  });
}

function poseCharts(methods: readonly MethodReport[]): ChartSpec[] {
  const kinds = [
    ['rotation', 'Rotation error', 'Share of the pairs whose rotation is less than so many degrees off.'],
    [
      'translation',
      'Translation error',
      'Share of the pairs whose direction of translation is less than so many degrees off.',
    ],
    [
      'both',
      'Rotation and translation error',
      'Share of the pairs of which both are; the mean of this curve is mAA(30).',
    ],
  ] as const;
  return kinds.map(([kind, title, about]) => ({
    title,
    about,
    x: { label: 'error below', from: 0, to: 30, ticks: [0, 5, 10, 15, 20, 25, 30], format: (value) => `${value}°` },
    y: shareAxis('share of pairs'),
    series: lines(methods, ({ pose }) => (pose?.curves[kind] ?? []).map((share, i) => [i + 1, share])),
  }));
}

const absRelBin = 0.025;
const absRelBins = 20;

function absRelChart(methods: readonly MethodReport[]): ChartSpec {
  return {
    title: 'AbsRel of images',
    about:
      'Share of the images by their relative depth error, in steps of 2.5 %; what is beyond 50 % is in the last one.',
    x: {
      label: 'AbsRel',
      from: 0,
      to: absRelBin * absRelBins,
      ticks: [0, 0.1, 0.2, 0.3, 0.4, 0.5],
      format: percentText,
    },
    y: shareAxis('share of images'),
    series: lines(methods, ({ pairs }) =>
      histogram(pairs.flatMap(({ depths }) => depths ?? []).flatMap((row) => row?.absRel ?? [])),
    ),
  };
}

function histogram(values: readonly number[]): ChartPoint[] {
  if (values.length === 0) return [];
  const counts = new Array<number>(absRelBins).fill(0);
  for (const value of values) {
    const bin = Math.min(Math.floor(value / absRelBin), absRelBins - 1);
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts.map((count, bin) => [(bin + 0.5) * absRelBin, count / values.length]);
}

function confidenceCharts(methods: readonly MethodReport[]): ChartSpec[] {
  const errors = methods.flatMap(({ calibration }) => (calibration?.deciles ?? []).map(({ meanError }) => meanError));
  const left = methods.flatMap(({ calibration }) => (calibration?.sparsification ?? []).map(({ error }) => error));
  const kept = lines(methods, ({ calibration }) =>
    (calibration?.sparsification ?? []).map(({ removed, error }) => [removed, error]),
  );
  const oracle = lines(methods, ({ calibration }) =>
    (calibration?.sparsification ?? []).map((point) => [point.removed, point.oracle]),
  );
  return [
    {
      title: 'Error by confidence',
      about: 'Mean pointmap error of the pixels, from the least confident tenth to the most confident: it should fall.',
      x: {
        label: 'tenth of the pixels, by confidence',
        from: 1,
        to: 10,
        ticks: tenths.map((i) => i + 1),
        format: wholeText,
      },
      y: { label: 'mean error', from: 0, to: roundEnd(Math.max(0, ...errors)), format: percentText },
      series: lines(methods, ({ calibration }) =>
        (calibration?.deciles ?? []).map(({ meanError }, i) => [i + 1, meanError]),
      ),
    },
    {
      title: 'Error without the least confident',
      about:
        'Mean error of what is left, as a part of that of all; thin: if the worst pixels themselves were taken away.',
      x: { label: 'pixels taken away', from: 0, to: 1, format: wholePercent },
      y: { label: 'error left', from: 0, to: roundEnd(Math.max(1, ...left)), format: wholePercent },
      series: [...kept, ...oracle.map((line) => ({ ...line, name: `${line.name}, at best`, kind: 'thin' as const }))],
    },
  ];
}

function overlapCharts(methods: readonly MethodReport[], pairs: readonly PairFacts[]): ChartSpec[] {
  const about = 'Medians of the pairs in each tenth of overlap; a dot is a pair.';
  const x: Axis = { label: 'overlap of the two views', from: 0, to: 1, format: wholePercent };
  const errorAxis: Axis = {
    label: 'error',
    from: 0.01,
    to: 2,
    scale: 'log',
    ticks: [0.01, 0.03, 0.1, 0.3, 1],
    format: percentText,
  };
  return [
    {
      title: 'Pose error against overlap',
      about: `The larger of rotation and translation error; 180° is a failure. ${about}`,
      x,
      y: { label: 'error', from: 0.5, to: 180, scale: 'log', ticks: [0.5, 1, 2, 5, 15, 45, 180], format: degreesText },
      series: byOverlap(methods, pairs, ({ pose }) => pose && Math.max(pose.rotationDeg, pose.translationDeg ?? 0)),
    },
    { title: 'AbsRel against overlap', about, x, y: errorAxis, series: byOverlap(methods, pairs, meanAbsRel) },
    {
      title: 'Pointmap error against overlap',
      about,
      x,
      y: errorAxis,
      series: byOverlap(methods, pairs, ({ pointmap }) => pointmap?.error),
    },
  ];
}

/** Of the two images, or the one that has an estimate. */
export function meanAbsRel({ depths }: PairRow): number | undefined {
  const found = (depths ?? []).flatMap((row) => row?.absRel ?? []);
  return found.length > 0 ? found.reduce((sum, value) => sum + value, 0) / found.length : undefined;
}

type ErrorOf = (row: PairRow) => number | undefined;

function byOverlap(methods: readonly MethodReport[], pairs: readonly PairFacts[], errorOf: ErrorOf): Series[] {
  return methods.flatMap((method, index) => {
    const points = method.pairs.flatMap((row, i): ChartPoint[] => {
      const [overlap, error] = [pairs[i]?.overlap, errorOf(row)];
      return typeof overlap === 'number' && error !== undefined ? [[overlap, error]] : [];
    });
    if (points.length === 0) return [];
    return [
      { name: method.name, method: index, kind: 'dots' as const, points },
      { name: method.name, method: index, kind: 'line' as const, points: mediansByTenth(points) },
    ];
  });
}

function mediansByTenth(points: readonly ChartPoint[]): ChartPoint[] {
  return tenths.flatMap((tenth): ChartPoint[] => {
    const errors = points.filter(([x]) => Math.min(Math.floor(10 * x), 9) === tenth).map(([, error]) => error);
    const middle = median(errors);
    return middle === null ? [] : [[(tenth + 0.5) / 10, middle]];
  });
}
