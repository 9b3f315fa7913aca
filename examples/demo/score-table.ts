import type { MethodReport } from '#eval/report.ts';
import type { SolvedScene } from './solve-scene.ts';

interface Column {
  readonly title: string;
  readonly share: (method: MethodReport) => number | null | undefined;
}

/** Errors are better when they are small, the other shares when they are large. */
const columns: readonly Column[] = [
  { title: 'RRA@15', share: ({ pose }) => pose?.rra15 },
  { title: 'RTA@15', share: ({ pose }) => pose?.rta15 },
  { title: 'mAA(30)', share: ({ pose }) => pose?.maa30 },
  { title: 'AbsRel', share: ({ depth }) => depth?.absRel },
  { title: 'points', share: ({ pointmap }) => pointmap?.error },
  { title: 'ATE', share: ({ trajectory }) => trajectory?.relativeAte },
];

/** What the columns mean. */
export const scoreLegend = [
  'In per cent, over pairs with an overlap of 30 % and more. RRA@15, RTA@15: pairs whose rotation, and whose direction of',
  'translation, is less than 15° off; mAA(30): the mean of such shares from 1° to 30°, where both have to be. AbsRel: error',
  'of the depth. ATE: error of the cameras’ places as a part of their largest distance. constant: the mean of the training',
  'set as the answer to every pair.',
].join('\n');

/** The titles; a row for each scene, and below it one for each baseline. */
export function sceneRows(scenes: readonly SolvedScene[]): string[][] {
  const shown = measured(scenes.flatMap(({ report }) => report.methods));
  const rows = scenes.flatMap(({ name, views, seconds, report: { methods } }) => {
    const scores = methods.map((method) => scoresOf(method, shown));
    const [ours = [], ...others] = scores;
    const baselines = others.map((row, at) => [`  ${methods[at + 1]?.name}`, '', ...row, '']);
    return [[name, String(views.length), ...ours, seconds.toFixed(1)], ...baselines];
  });
  return [['', 'views', ...shown.map(({ title }) => title), 'seconds'], ...rows];
}

/** The titles; a row for each method. */
export function methodRows(methods: readonly MethodReport[]): string[][] {
  const shown = measured(methods);
  return [
    ['', ...shown.map(({ title }) => title)],
    ...methods.map((method) => [method.name, ...scoresOf(method, shown)]),
  ];
}

/** The columns that some method has. */
function measured(methods: readonly MethodReport[]): Column[] {
  return columns.filter(({ share }) => methods.some((method) => share(method) != null));
}

function scoresOf(method: MethodReport, shown: readonly Column[]): string[] {
  return shown.map(({ share }) => {
    const value = share(method);
    return value == null ? '–' : (100 * value).toFixed(1);
  });
}

/** The first column to the left, the others to the right. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  const cell = (text: string, at: number) => (at === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[at] ?? 0));
  return rows.map((row) => row.map(cell).join('  ').trimEnd()).join('\n');
}
