import type { EvalReport, MethodReport } from '#eval/report.ts';

interface Column {
  readonly title: string;
  readonly value: (method: MethodReport) => number | null | undefined;
  /** Shares and relative errors are shown in per cent. */
  readonly digits?: number;
  readonly isShare?: boolean;
}

const share = (title: string, value: Column['value']): Column => ({ title, value, isShare: true });

const columns: readonly Column[] = [
  share('RRA@5', ({ pose }) => pose?.rra5),
  share('RRA@15', ({ pose }) => pose?.rra15),
  share('RTA@5', ({ pose }) => pose?.rta5),
  share('RTA@15', ({ pose }) => pose?.rta15),
  share('mAA(30)', ({ pose }) => pose?.maa30),
  share('AbsRel', ({ depth }) => depth?.absRel),
  share('median', ({ depth }) => depth?.medianAbsRel),
  share('δ<1.03', ({ depth }) => depth?.inliers103),
  share('δ<1.25', ({ depth }) => depth?.inliers125),
  share('points', ({ pointmap }) => pointmap?.error),
  share('accuracy', ({ pointmap }) => pointmap?.accuracy),
  share('complete', ({ pointmap }) => pointmap?.completeness),
  { title: 'AUSE', value: ({ calibration }) => calibration?.ause, digits: 2 },
  share('scenes mAA', ({ trajectory }) => trajectory?.pose.maa30),
  share('rel. ATE', ({ trajectory }) => trajectory?.relativeAte),
  { title: 'pairs/s', value: ({ pairsPerSecond }) => pairsPerSecond, digits: 2 },
];

/** The scores of all methods, a row each; columns that no method has are left out. Shares are per cent. */
export function tableLines({ methods }: EvalReport): string[] {
  const shown = columns.filter(({ value }) => methods.some((method) => value(method) != null));
  const rows = [
    ['in %', ...shown.map(({ title }) => title)],
    ...methods.map((method) => [method.name, ...shown.map((column) => cell(column, method))]),
  ];
  const widths = (rows[0] as string[]).map((_, at) => Math.max(...rows.map((row) => (row[at] as string).length)));
  return rows.map((row) =>
    row
      .map((text, at) => (at === 0 ? text.padEnd(widths[0] as number) : text.padStart(widths[at] as number)))
      .join('  '),
  );
}

function cell({ value, digits = 1, isShare = false }: Column, method: MethodReport): string {
  const figure = value(method);
  return figure == null ? '–' : ((isShare ? 100 : 1) * figure).toFixed(digits);
}

/** What was evaluated, and what a reader should know beside the table. */
export function factLines({ dataset, pairs, scenes, methods }: EvalReport): string[] {
  const counts = [counted(pairs.length, 'pair'), ...(scenes.length > 0 ? [counted(scenes.length, 'scene')] : [])];
  const poses = methods.find(({ pose }) => pose)?.pose;
  const directionless = poses && poses.withoutDirection > 0 ? [`${poses.withoutDirection} without a baseline`] : [];
  const failures = methods.flatMap(({ name, pose }) =>
    pose && pose.failed > 0 ? [`${name}: no pose for ${counted(pose.failed, 'pair')}`] : [],
  );
  return [[`${dataset.name}: ${counts.join(' and ')}`, ...directionless].join(', '), ...failures, ...dataset.notes];
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
