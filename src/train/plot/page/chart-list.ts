import type { Curves, PlotData } from '#train/plot/plot-data.ts';

/** A curve of a run in a chart. */
export interface ChartCurve {
  /** Index of the run. */
  readonly run: number;
  /** Of training, noisy: to be smoothed. Over the batches of a test set: average and median. */
  readonly kind: 'noisy' | 'exact' | 'average' | 'median';
  readonly x: Pick<Curves, 'step' | 'epoch'>;
  readonly y: readonly (number | null)[];
  readonly notFinite: number;
}

export interface ChartSpec {
  readonly section: string;
  readonly title: string;
  /** What it means, in a line. */
  readonly about: string;
  readonly curves: readonly ChartCurve[];
}

/** The charts of a page, in order: of training's values those that any run has, then of each test set. */
export function listCharts({ runs }: PlotData): ChartSpec[] {
  return [...trainCharts(runs), ...testCharts(runs)].filter(({ curves }) =>
    curves.some(({ y, notFinite }) => notFinite > 0 || y.some((value) => value !== null)),
  );
}

/** Where the horizontal axis of all charts ends, so that they can be read one above the other; 1 without a value. */
export function lastPlace(charts: readonly ChartSpec[], axis: 'step' | 'epoch'): number {
  const ends = charts.flatMap(({ curves }) => curves.map(({ x }) => x[axis].at(-1) ?? 0));
  return Math.max(0, ...ends) || 1;
}

type Runs = PlotData['runs'];

const known: readonly (readonly [name: string, section: string, title: string, about: string])[] = [
  [
    'loss',
    'Training',
    'Training loss',
    'A confidence loss falls below zero when pixels are predicted well: that is normal.',
  ],
  ['lr', 'Optimiser', 'Learning rate', 'Rises during warm-up, then falls along a cosine.'],
  [
    'grad_norm',
    'Optimiser',
    'Gradient norm',
    'Of all parameters together, before clipping. Spikes tell of hard or bad samples.',
  ],
  ['pairs_per_second', 'Speed', 'Pairs per second', 'Pairs trained on each second, before symmetrisation.'],
  [
    'waited_share',
    'Speed',
    'Share of waiting for data',
    'Of a step’s time, 0 to 1. More than a few hundredths: use more workers.',
  ],
];

function trainCharts(runs: Runs): ChartSpec[] {
  const names = unique(runs.flatMap(({ steps }) => Object.keys(steps.values)));
  const details = names.filter((name) => name.startsWith('details/'));
  const others = names.filter((name) => !details.includes(name) && !known.some(([knownName]) => knownName === name));
  const [loss, ...rest] = known;
  const rows = [
    ...(loss ? [loss] : []),
    ...details.map((name) => [name, 'Training', name.slice('details/'.length), aboutDetail(name)] as const),
    ...rest,
    ...others.map((name) => [name, 'Training', name, ''] as const),
  ];
  return rows.map(([name, section, title, about]) => ({
    section,
    title,
    about,
    curves: runs.flatMap(({ steps }, run) => curveOf(steps, name, { run, kind: name === 'lr' ? 'exact' : 'noisy' })),
  }));
}

function aboutDetail(name: string): string {
  const view = name.endsWith('2') ? 'the second view' : 'the first view';
  if (name.startsWith('details/conf_loss')) return `Confidence loss of ${view}.`;
  if (name.includes('pts3d')) return `Distance of predicted from true points of ${view}, without confidence.`;
  return '';
}

function testCharts(runs: Runs): ChartSpec[] {
  const sets = unique(runs.flatMap(({ tests }) => tests.map(({ testSet }) => testSet)));
  return sets.flatMap((testSet) => {
    const found = runs.flatMap(({ tests }, run) =>
      tests.filter((test) => test.testSet === testSet).map(({ curves }) => ({ run, curves })),
    );
    const names = unique(
      found.flatMap(({ curves }) => Object.keys(curves.values)).map((name) => name.replace(/_(avg|med)$/, '')),
    );
    return lossFirst(names).map((name) => ({
      section: `Test: ${testSet}`,
      title: name,
      about: 'Over the batches of the set: average solid, median dashed.',
      curves: found.flatMap(({ run, curves }) => [
        ...curveOf(curves, `${name}_avg`, { run, kind: 'average' }),
        ...curveOf(curves, `${name}_med`, { run, kind: 'median' }),
      ]),
    }));
  });
}

function curveOf(curves: Curves, name: string, rest: Pick<ChartCurve, 'run' | 'kind'>): ChartCurve[] {
  const y = curves.values[name];
  return y ? [{ ...rest, x: curves, y, notFinite: curves.notFinite[name] ?? 0 }] : [];
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}

function lossFirst(names: readonly string[]): string[] {
  return [...names.filter((name) => name === 'loss'), ...names.filter((name) => name !== 'loss')];
}
