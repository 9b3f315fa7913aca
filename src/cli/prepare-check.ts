import type { Argv, CommandModule } from 'yargs';
import type { Intrinsics, LayoutName } from '#data/rgbd-layouts/rgbd-sequence.ts';
import {
  type CheckItem,
  type CheckReport,
  type DatasetReport,
  type SequenceReport,
  scopeOf,
} from '#prepare/check/check-report.ts';
import { createProgress } from './progress.ts';

const shownFiles = 30;
const layouts = ['posed-rgbd', '7-scenes', 'tum'] as const satisfies readonly LayoutName[];

const builder = (yargs: Argv) =>
  yargs
    .positional('data', {
      type: 'string',
      demandOption: true,
      describe: 'a folder of posed RGB-D frames, a folder of prepared data, or an expression of datasets',
    })
    .option('output', { alias: 'o', type: 'string', describe: 'folder for index.html (sample pairs) and report.json' })
    .option('pairs', { type: 'number', default: 50, describe: 'prepared data: pairs of each dataset to look at' })
    .option('seed', { type: 'number', default: 0, describe: 'prepared data: other seeds draw other pairs' })
    .option('dataset-module', { type: 'string', describe: 'module with own kinds of dataset' })
    .option('layout', { choices: layouts, describe: 'instead of finding it out' })
    .option('every', { type: 'number', default: 1, describe: 'look at every n-th frame only' })
    .option('min-overlap', { type: 'number', default: 0.3, describe: 'of the pairs that are wanted' })
    .option('max-overlap', { type: 'number', default: 0.95, describe: 'of the pairs that are wanted' })
    .option('intrinsics', { type: 'string', describe: 'fx,fy,cx,cy of the images, or with ,width,height of that size' })
    .option('depth-scale', {
      type: 'number',
      describe: "metres of one step of the stored depth; default: the layout's",
    })
    .option('json', { type: 'boolean', default: false, describe: 'print the report as JSON, and nothing else' });

type Arguments = Awaited<ReturnType<typeof builder>['argv']>;

/**
 * `dust3r prepare check datasets/office --output check`, `dust3r prepare check "Co3d(split='train', ROOT='data/co3d')"`: is
 * this data fit to train on? Exit code 1 on errors.
 */
export const prepareCheckCommand: CommandModule<object, Arguments> = {
  command: 'check <data>',
  describe: 'check data to train on, a folder or an expression: files, units, poses, intrinsics, overlaps',
  builder: builder as (yargs: Argv) => Argv<Arguments>,
  handler: async (args) => {
    const options = checkOptions(args);
    const { loadDatasetTypes } = await import('#data/registry.ts');
    const { checkData } = await import('#prepare/check/check-data.ts');
    const { writeCheck } = await import('#prepare/check/write-check.ts');
    const progress = createProgress(args.json);
    try {
      const checked = await checkData(args.data, {
        ...options,
        types: await loadDatasetTypes(args.datasetModule === undefined ? [] : [args.datasetModule]),
        onProgress: ({ done, total, what }) => progress.update(done, total, what),
      });
      const files = args.output === undefined ? [] : await writeCheck(args.output, checked);
      progress.stop();
      console.log(args.json ? JSON.stringify(checked.report, null, 2) : spelled(checked.report, files));
      if (checked.report.verdict === 'error') process.exitCode = 1;
    } finally {
      progress.stop();
    }
  },
};

function checkOptions({ layout, every, pairs, seed, minOverlap, maxOverlap, intrinsics, depthScale }: Arguments) {
  expectWhole('--every', every, 1);
  expectWhole('--pairs', pairs, 1);
  expectWhole('--seed', seed, 0);
  if (!(minOverlap >= 0 && minOverlap <= maxOverlap && maxOverlap <= 1))
    throw new Error(
      `--min-overlap, --max-overlap: expected shares from 0 to 1 in this order, got ${minOverlap} and ${maxOverlap}`,
    );
  if (depthScale !== undefined && !(depthScale > 0))
    throw new Error(`--depth-scale: expected metres above 0, got ${depthScale}`);
  return {
    ...{ every, pairs, seed },
    overlap: [minOverlap, maxOverlap] as const,
    ...(layout ? { layout } : {}),
    ...(intrinsics === undefined ? {} : { intrinsics: parseIntrinsics(intrinsics) }),
    ...(depthScale === undefined ? {} : { depthScale }),
  };
}

function expectWhole(option: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new Error(`${option}: expected a whole number from ${least}, got ${value}`);
}

function parseIntrinsics(text: string): Intrinsics {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [fx = 0, fy = 0, cx = 0, cy = 0, width, height] = numbers;
  const isSound = [4, 6].includes(numbers.length) && numbers.every(Number.isFinite) && fx > 0 && fy > 0;
  if (!isSound) throw new Error(`--intrinsics: expected fx,fy,cx,cy or fx,fy,cx,cy,width,height, got ${text}`);
  const size = width !== undefined && height !== undefined ? { size: { width, height } } : {};
  return { focalPx: [fx, fy], principalPx: [cx, cy], ...size };
}

/** All items of datasets and of one sequence; of several sequences, what is not well, and a line for each that is. */
function spelled({ root, verdict, sequences, datasets }: CheckReport, files: readonly string[]): string {
  return [
    ...sequences.flatMap((sequence) => partLines(sequence, sequences.length === 1)),
    ...datasets.flatMap((dataset) => partLines(dataset, true)),
    ...(files.length > 0 ? [`look at ${files[0]}`] : []),
    `${root}: ${verdict}`,
  ].join('\n');
}

function partLines(part: SequenceReport | DatasetReport, isWhole: boolean): string[] {
  const { label, items, overlaps } = part;
  const shown = isWhole ? items : items.filter(({ verdict }) => verdict !== 'ok');
  return [
    `${label}: ${scopeOf(part)}${shown.length === 0 ? ': ok' : ''}`,
    ...shown.flatMap(itemLines),
    ...(isWhole ? [`  pairs by overlap, from 0 in tenths: ${overlaps.join(' ')}`] : []),
  ];
}

function itemLines({ name, verdict, found, advice, files = [] }: CheckItem): string[] {
  const mark = { ok: 'ok     ', warning: 'warning', error: 'ERROR  ' }[verdict];
  const more = files.length - shownFiles;
  return [
    `  ${mark} ${name}: ${found}${advice === undefined || verdict === 'ok' ? '' : `; ${advice}`}`,
    ...files.slice(0, shownFiles).map((file) => `          ${file}`),
    ...(more > 0 ? [`          and ${more} more: --json lists them all`] : []),
  ];
}
