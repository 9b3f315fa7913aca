import type { Argv, CommandModule } from 'yargs';
import type { Intrinsics, LayoutName } from '#data/rgbd-layouts/rgbd-sequence.ts';
import type { CheckItem, CheckReport, SequenceReport } from '#prepare/check/check-report.ts';
import { createProgress } from './progress.ts';

const shownFiles = 30;
const layouts = ['posed-rgbd', '7-scenes', 'tum'] as const satisfies readonly LayoutName[];

const builder = (yargs: Argv) =>
  yargs
    .positional('folder', { type: 'string', demandOption: true, describe: 'one sequence, or a folder of sequences' })
    .option('output', { alias: 'o', type: 'string', describe: 'folder for index.html (sample pairs) and report.json' })
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

/** `dust3r prepare check datasets/office --output check`: is this folder fit to train on? Exit code 1 on errors. */
export const prepareCheckCommand: CommandModule<object, Arguments> = {
  command: 'check <folder>',
  describe: 'check a folder of posed RGB-D frames: files, units, poses, intrinsics, overlaps',
  builder: builder as (yargs: Argv) => Argv<Arguments>,
  handler: async (args) => {
    const options = checkOptions(args);
    const { checkFolder } = await import('#prepare/check/check-folder.ts');
    const { writeCheck } = await import('#prepare/check/write-check.ts');
    const progress = createProgress(args.json);
    try {
      const checked = await checkFolder(args.folder, {
        ...options,
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

function checkOptions({ layout, every, minOverlap, maxOverlap, intrinsics, depthScale }: Arguments) {
  if (!(Number.isInteger(every) && every >= 1))
    throw new Error(`--every: expected a whole number from 1, got ${every}`);
  if (!(minOverlap >= 0 && minOverlap <= maxOverlap && maxOverlap <= 1))
    throw new Error(
      `--min-overlap, --max-overlap: expected shares from 0 to 1 in this order, got ${minOverlap} and ${maxOverlap}`,
    );
  if (depthScale !== undefined && !(depthScale > 0))
    throw new Error(`--depth-scale: expected metres above 0, got ${depthScale}`);
  return {
    every,
    overlap: [minOverlap, maxOverlap] as const,
    ...(layout ? { layout } : {}),
    ...(intrinsics === undefined ? {} : { intrinsics: parseIntrinsics(intrinsics) }),
    ...(depthScale === undefined ? {} : { depthScale }),
  };
}

function parseIntrinsics(text: string): Intrinsics {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [fx = 0, fy = 0, cx = 0, cy = 0, width, height] = numbers;
  const isSound = [4, 6].includes(numbers.length) && numbers.every(Number.isFinite) && fx > 0 && fy > 0;
  if (!isSound) throw new Error(`--intrinsics: expected fx,fy,cx,cy or fx,fy,cx,cy,width,height, got ${text}`);
  const size = width !== undefined && height !== undefined ? { size: { width, height } } : {};
  return { focalPx: [fx, fy], principalPx: [cx, cy], ...size };
}

/** All items of one sequence; of several, those that are not well, and a line for each that is. */
function spelled({ root, verdict, sequences }: CheckReport, files: readonly string[]): string {
  const isAlone = sequences.length === 1;
  return [
    ...sequences.flatMap((sequence) => sequenceLines(sequence, isAlone)),
    ...(files.length > 0 ? [`look at ${files[0]}`] : []),
    `${root}: ${verdict}`,
  ].join('\n');
}

function sequenceLines({ label, layout, frames, items, overlaps }: SequenceReport, isAlone: boolean): string[] {
  const shown = isAlone ? items : items.filter(({ verdict }) => verdict !== 'ok');
  return [
    `${label}: ${frames} frames, layout ${layout}${shown.length === 0 ? ': ok' : ''}`,
    ...shown.flatMap(itemLines),
    ...(isAlone ? [`  pairs by overlap, from 0 in tenths: ${overlaps.join(' ')}`] : []),
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
