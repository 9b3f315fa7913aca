import type { EvalReport, MethodReport } from '#eval/report.ts';
import { escapeHtml } from '#export/embed-html.ts';
import { methodSwatch } from './draw-chart.ts';
import { degreesText, figureText, percentText, wholeText } from './shown-figure.ts';

interface Column {
  readonly title: string;
  readonly figure: (method: MethodReport) => number | null | undefined;
  readonly format: (value: number) => string;
  /** Which figure is printed bold; a figure that is not to be compared has none. */
  readonly best?: 'highest' | 'lowest';
}

interface Table {
  readonly title: string;
  readonly columns: readonly Column[];
}

const share = (title: string, figure: Column['figure']): Column => ({
  title,
  figure,
  format: percentText,
  best: 'highest',
});
const errorShare = (title: string, figure: Column['figure']): Column => ({
  title,
  figure,
  format: percentText,
  best: 'lowest',
});
const angle = (title: string, figure: Column['figure']): Column => ({
  title,
  figure,
  format: degreesText,
  best: 'lowest',
});
const length = (title: string, figure: Column['figure']): Column => ({
  title,
  figure,
  format: figureText,
  best: 'lowest',
});
const count = (title: string, figure: Column['figure']): Column => ({ title, figure, format: wholeText });

const tables: readonly Table[] = [
  {
    title: 'Relative pose of pairs',
    columns: [
      share('RRA@5', ({ pose }) => pose?.rra5),
      share('RRA@15', ({ pose }) => pose?.rra15),
      share('RTA@5', ({ pose }) => pose?.rta5),
      share('RTA@15', ({ pose }) => pose?.rta15),
      share('RTA@15, sign counts', ({ pose }) => pose?.rta15Signed),
      share('mAA(30)', ({ pose }) => pose?.maa30),
      angle('Median rotation error', ({ pose }) => pose?.medianRotationDeg),
      angle('Median translation error', ({ pose }) => pose?.medianTranslationDeg),
      count('Pairs', ({ pose }) => pose?.pairs),
      count('Failed', ({ pose }) => pose?.failed),
      count('Without direction', ({ pose }) => pose?.withoutDirection),
    ],
  },
  {
    title: 'Depth',
    columns: [
      errorShare('AbsRel', ({ depth }) => depth?.absRel),
      errorShare('Median AbsRel', ({ depth }) => depth?.medianAbsRel),
      share('δ < 1.03', ({ depth }) => depth?.inliers103),
      share('δ < 1.25', ({ depth }) => depth?.inliers125),
      errorShare('AbsRel, view 1', ({ depth }) => depth?.view1.absRel),
      errorShare('AbsRel, view 2', ({ depth }) => depth?.view2.absRel),
      count('Images', ({ depth }) => depth?.images),
      count('Failed', ({ depth }) => depth?.failed),
    ],
  },
  {
    title: 'Pointmaps',
    columns: [
      errorShare('Error', ({ pointmap }) => pointmap?.error),
      errorShare('Median error', ({ pointmap }) => pointmap?.medianError),
      errorShare('Error, view 1', ({ pointmap }) => pointmap?.errorView1),
      errorShare('Error, view 2', ({ pointmap }) => pointmap?.errorView2),
      errorShare('Accuracy', ({ pointmap }) => pointmap?.accuracy),
      errorShare('Completeness', ({ pointmap }) => pointmap?.completeness),
      length('Accuracy, unit of the truth', ({ pointmap }) => pointmap?.accuracyUnits),
      length('Completeness, unit of the truth', ({ pointmap }) => pointmap?.completenessUnits),
      count('Pairs', ({ pointmap }) => pointmap?.pairs),
      count('Failed', ({ pointmap }) => pointmap?.failed),
    ],
  },
  {
    title: 'Confidence',
    columns: [
      {
        title: 'Rank correlation with the error',
        figure: ({ calibration }) => calibration?.rankCorrelation,
        format: figureText,
        best: 'lowest',
      },
      length('AUSE', ({ calibration }) => calibration?.ause),
      {
        title: 'Error falls over the tenths',
        figure: ({ calibration }) => calibration && Number(calibration.isMonotonic),
        format: (value) => (value === 1 ? 'yes' : 'no'),
      },
      count('Pixels', ({ calibration }) => calibration?.pixels),
    ],
  },
  {
    title: 'Whole scenes',
    columns: [
      length('ATE, unit of the truth', ({ trajectory }) => trajectory?.ate),
      errorShare('ATE, of the extent', ({ trajectory }) => trajectory?.relativeAte),
      share('Views placed', ({ trajectory }) => trajectory?.registered),
      share('RRA@15', ({ trajectory }) => trajectory?.pose.rra15),
      share('RTA@15', ({ trajectory }) => trajectory?.pose.rta15),
      share('mAA(30)', ({ trajectory }) => trajectory?.pose.maa30),
      errorShare('AbsRel', ({ trajectory }) => trajectory?.depth?.absRel),
      count('Scenes', ({ trajectory }) => trajectory?.scenes),
      count('Failed', ({ trajectory }) => trajectory?.failed),
    ],
  },
  {
    title: 'Time',
    columns: [
      { title: 'Pairs a second', figure: ({ pairsPerSecond }) => pairsPerSecond, format: figureText },
      { title: 'Seconds for all pairs', figure: ({ pairSeconds }) => pairSeconds, format: figureText },
      {
        title: 'Seconds for all scenes',
        figure: ({ sceneSeconds, scenes }) => (scenes.length > 0 ? sceneSeconds : null),
        format: figureText,
      },
    ],
  },
];

/** The scores of all methods, a table for everything that any of them has; the best of a column is bold. */
export function scoreTables({ methods }: Pick<EvalReport, 'methods'>): string {
  return tables.map((table) => scoreTable(table, methods)).join('\n');
}

function scoreTable({ title, columns }: Table, methods: readonly MethodReport[]): string {
  const measured = columns.filter(({ figure }) => methods.some((method) => typeof figure(method) === 'number'));
  if (measured.length === 0) return '';
  const head = ['Method', ...measured.map((column) => column.title)].map(
    (name) => `<th scope="col">${escapeHtml(name)}</th>`,
  );
  const rows = methods.map((method, index) => {
    const cells = measured.map((column) => cell(column, column.figure(method), methods));
    return `<tr><th scope="row">${methodSwatch(index)}${escapeHtml(method.name)}</th>${cells.join('')}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(title)}"><table class="scores"><caption>${escapeHtml(title)}</caption>
<thead><tr>${head.join('')}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>`;
}

function cell(
  { figure, format, best }: Column,
  value: number | null | undefined,
  methods: readonly MethodReport[],
): string {
  if (typeof value !== 'number') return '<td><span aria-label="none">–</span></td>';
  const others = methods.map(figure).filter((other) => typeof other === 'number');
  const isBest =
    best && others.length > 1 && value === (best === 'highest' ? Math.max(...others) : Math.min(...others));
  const text = escapeHtml(format(value));
  return `<td>${isBest ? `<strong>${text}</strong>` : text}</td>`;
}
