import type { Argv, CommandModule, Options } from 'yargs';
import { flagOf } from '#notation/kebab-case.ts';
import { type TrainConfig, type TrainSettings, trainSettings } from '#train/config.ts';
import type { EndEvent } from '#train/events.ts';
import type { Setting } from '#train/setting.ts';
import { backendOption, startBackend } from './backend-option.ts';
import { createTrainProgress } from './train-progress.ts';

/** Flags of the original that have no place here, where one process trains on one engine. */
const ignored = ['world-size', 'local-rank', 'dist-url', 'disable-cudnn-benchmark'] as const;

const builder = (yargs: Argv) =>
  yargs
    .option('config', { type: 'string', describe: 'recipe, or .json or module with settings; flags go before it' })
    .options(
      Object.fromEntries(Object.entries(trainSettings).map(([name, each]) => [flagOf(name).slice(2), option(each)])),
    )
    .options(Object.fromEntries(ignored.map((name) => [name, { type: 'string', coerce: () => true, hidden: true }])))
    .option('backend', backendOption)
    .example('$0 train --config tiny-synthetic --output-dir runs/tiny', 'a first run')
    .example('$0 train --output-dir runs/tiny', 'goes on with it');

/** The settings are among the arguments under their own names; only what is no setting is typed here. */
interface Arguments {
  readonly config: string | undefined;
  readonly backend: (typeof backendOption)['choices'][number];
  readonly [name: string]: unknown;
}

/** `dust3r train …`: trains, or goes on with the run in --output-dir. */
export const trainCommand: CommandModule<object, Arguments> = {
  command: 'train',
  describe: 'train from scratch, fine-tune, or go on with a run',
  builder: builder as unknown as (yargs: Argv) => Argv<Arguments>,
  handler: async (args) => {
    const config = await configOf(args);
    for (const name of ignored)
      if (args[name] !== undefined) console.error(`--${name} means nothing here: one process trains`);
    const stop = stopOnSignal();
    try {
      const end = await train(config, args, stop.signal);
      tellEnd(end, config);
    } finally {
      stop.dispose();
    }
  },
};

/** Flags before the recipe, the recipe before the settings of the run that is gone on with, these before defaults. */
async function configOf(args: Arguments): Promise<TrainConfig> {
  const { completeConfig } = await import('#train/config.ts');
  const { readRunSettings } = await import('#train/run-folder.ts');
  const { loadRecipe } = await import('./recipe-file.ts');
  const recipe = args.config === undefined ? {} : await loadRecipe(args.config);
  const given: TrainSettings = { ...recipe, ...flagsOf(args) };
  const outputDir = given.outputDir ?? (trainSettings.outputDir.default as string);
  return completeConfig({ ...(await readRunSettings(outputDir)), ...given, outputDir });
}

function flagsOf(args: Arguments): TrainSettings {
  const entries = Object.keys(trainSettings).map((name) => [name, args[name]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

async function train(config: TrainConfig, { backend }: Arguments, signal: AbortSignal): Promise<EndEvent> {
  const { trainModel } = await import('#train/train-model.ts');
  const { createRunLog } = await import('#train/log/run-log.ts');
  await startBackend(backend, false);
  const progress = createTrainProgress({ every: config.printFreq });
  const log = createRunLog(config.outputDir, config.printFreq);
  try {
    return await trainModel(config, {
      signal,
      onEvent: (event) => {
        log(event);
        progress.listen(event);
      },
    });
  } finally {
    progress.stop();
  }
}

function tellEnd({ reason }: EndEvent, { outputDir }: TrainConfig): void {
  if (reason === 'finished') {
    console.log(`the weights are in ${outputDir}/checkpoint-final`);
    return;
  }
  console.error(`stopped and saved; to go on: dust3r train --output-dir ${outputDir}`);
  process.exitCode = 130;
}

/** The first Ctrl-C asks the run to save and end, the second ends the process. */
function stopOnSignal(): { signal: AbortSignal; dispose(): void } {
  const stop = new AbortController();
  const onSignal = () => {
    if (stop.signal.aborted) process.exit(130);
    console.error('stopping after this step; once more leaves at once, without saving');
    stop.abort();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: stop.signal,
    dispose: () => {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}

/** Defaults are filled in later, so that a flag that is not given leaves the recipe's or the run's setting. */
function option({ kind, describe, choices, default: fallback }: Setting): Options {
  const described = fallback === undefined ? describe : `${describe} [default: ${fallback}]`;
  const type = kind === 'text' || kind === 'flag' ? 'string' : 'number';
  return {
    type,
    describe: described,
    ...(choices ? { choices } : {}),
    ...(kind === 'flag' ? { coerce: flagValue } : {}),
  };
}

/** `--amp`, `--amp=1` and `--amp true` are the same. */
function flagValue(value: string): boolean | string {
  return { '': true, '1': true, true: true, '0': false, false: false }[value] ?? value;
}
