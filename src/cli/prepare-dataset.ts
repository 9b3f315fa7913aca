import { availableParallelism } from 'node:os';
import type { Argv, CommandModule } from 'yargs';
import { flagOf, kebabCase } from '#notation/kebab-case.ts';
import type { CatalogEntry } from '#prepare/datasets/catalog.ts';
import type { Flag, FlagOptions, Flags } from '#prepare/datasets/preparation.ts';
import type { PreparationReport } from '#prepare/datasets/run-preparation.ts';
import { createProgress } from './progress.ts';

interface Arguments {
  readonly input: string;
  readonly output: string;
  readonly workers: number;
  readonly json: boolean;
  readonly [flag: string]: unknown;
}

/** `dust3r prepare co3d --input raw --output prepared`: a dataset's raw download as its loader reads it. */
export function prepareDatasetCommand({ name, describe, load }: CatalogEntry): CommandModule<object, Arguments> {
  return {
    command: name,
    describe: `prepare ${describe}`,
    builder: async (yargs: Argv) => flagOptions(sharedOptions(yargs), (await load()).flags) as Argv<Arguments>,
    handler: (args) => prepare(name, load, args),
  };
}

function sharedOptions(yargs: Argv): Argv {
  return yargs
    .option('input', { alias: 'i', type: 'string', demandOption: true, describe: 'folder of the raw download' })
    .option('output', { alias: 'o', type: 'string', demandOption: true, describe: 'folder for the prepared data' })
    .option('workers', { type: 'number', default: availableParallelism(), describe: 'threads' })
    .option('json', { type: 'boolean', default: false, describe: 'print the result as JSON, and nothing else' });
}

function flagOptions(yargs: Argv, flags: Flags): Argv {
  return Object.entries(flags).reduce((command, [name, { describe, type, default: value, ...rest }]) => {
    const choices = 'choices' in rest && rest.choices ? { choices: rest.choices } : {};
    const byDefault = value === undefined ? {} : { default: value };
    return command.option(kebabCase(name), { type, describe, ...byDefault, ...choices });
  }, yargs);
}

async function prepare(name: string, load: CatalogEntry['load'], args: Arguments): Promise<void> {
  const preparation = await load();
  const options = chosen(preparation.flags, args);
  expectNumber('--workers', args.workers, { isWhole: true, range: [0, 256] });
  const { runPreparation } = await import('#prepare/datasets/run-preparation.ts');
  const progress = createProgress(args.json);
  const stop = new AbortController();
  const onSignal = () => stop.abort(new Error(`stopped; to go on, start it again: ${args.output} keeps what is whole`));
  process.once('SIGINT', onSignal);
  try {
    const report = await runPreparation(preparation, {
      ...{ input: args.input, output: args.output, workers: args.workers, options, signal: stop.signal },
      onProgress: ({ done, total, what }) => progress.update(done, total, what),
    });
    progress.stop();
    console.log(args.json ? JSON.stringify({ output: args.output, ...report }) : spelled(name, args.output, report));
  } finally {
    process.off('SIGINT', onSignal);
    progress.stop();
  }
}

function chosen(flags: Flags, args: Arguments): FlagOptions {
  const values = Object.entries(flags).map(([name, flag]) => [name, chosenValue(name, flag, args[name])] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

type NumberFlag = Pick<Extract<Flag, { type: 'number' }>, 'range' | 'isWhole'>;

function chosenValue(name: string, flag: Flag, value: unknown): FlagOptions[string] {
  if (flag.type === 'number' && value !== undefined) expectNumber(flagOf(name), value as number, flag);
  return value as FlagOptions[string];
}

function expectNumber(name: string, value: number, { range, isWhole }: NumberFlag): void {
  const [least, most] = range;
  if (value >= least && value <= most && (Number.isSafeInteger(value) || !isWhole)) return;
  throw new Error(`${name}: expected a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}, got ${value}`);
}

function spelled(name: string, output: string, report: PreparationReport): string {
  const { prepared, kept, skippedItems, skippedFrames, seconds } = report;
  const skipped = [
    ...(skippedItems > 0 ? [`${skippedItems} left out`] : []),
    ...(skippedFrames > 0 ? [`${skippedFrames} frames or files left out of others`] : []),
  ];
  return [
    `${output}: ${prepared} of ${name} prepared in ${seconds.toFixed(0)} s, ${kept} were there`,
    ...(skipped.length > 0 ? [`${skipped.join(', ')}: see ${output}/skipped.txt`] : []),
  ].join('\n');
}
