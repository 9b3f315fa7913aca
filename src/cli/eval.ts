import type { Argv, CommandModule } from 'yargs';
import type { Evaluation } from '#eval/evaluate.ts';
import type { EvalMethod } from '#eval/method.ts';
import type { EvalTask } from '#eval/report.ts';
import { expectWritableFolder } from '#files/folder.ts';
import type { Dust3r } from '#model/dust3r.ts';
import type { Reconstruction } from '#reconstruct/reconstruction.ts';
import { backendOption, startBackend } from './backend-option.ts';
import { openBaselines, parseBaselines } from './eval-baselines.ts';
import { evalDataOptions, expectDataOptions } from './eval-options.ts';
import { openSource } from './eval-source.ts';
import { factLines, tableLines } from './eval-table.ts';
import { expectNetwork, networkOptions, openNetwork, randomNote } from './network-options.ts';
import { createProgress, type Progress } from './progress.ts';

const tasks = ['pose', 'depth', 'pointmap'] as const satisfies readonly EvalTask[];

const builder = (yargs: Argv) =>
  yargs
    .positional('what', { choices: [...tasks, 'all'] as const, demandOption: true, describe: 'scores' })
    .positional('data', {
      type: 'string',
      demandOption: true,
      describe: 'folder of posed RGB-D or of posed images, or a dataset expression',
    })
    .options({
      output: { alias: 'o', type: 'string', describe: 'folder for eval.json and a page with pictures and plots' },
      ...networkOptions,
      seed: { type: 'number', default: 0, describe: 'of the choice of pairs and scenes, and of random weights' },
      backend: backendOption,
      ...evalDataOptions,
      'min-confidence': { type: 'number', default: 3, describe: 'pixels above it decide the poses' },
      'batch-size': { type: 'number', default: 2, describe: 'ordered pairs of a scene that are decoded at a time' },
      json: { type: 'boolean', default: false, describe: 'print the report as JSON, and nothing else' },
    })
    .conflicts('random-weights', ['checkpoint', 'preset', 'scene'])
    .conflicts('scene', 'checkpoint');

type Arguments = Awaited<ReturnType<typeof builder>['argv']>;

/** `dust3r eval all ../data/office --checkpoint …`: how good poses, depth and points are, against the truth. */
export const evalCommand: CommandModule<object, Arguments> = {
  command: 'eval <what> <data>',
  describe: 'score a network, a saved scene or a baseline against ground truth',
  builder: builder as (yargs: Argv) => Argv<Arguments>,
  handler: async (args) => {
    await expectArguments(args);
    const progress = createProgress(args.json);
    const stop = new AbortController();
    // A second Ctrl-C ends the process.
    const onSignal = () => stop.abort(new Error('stopped; nothing was written'));
    process.once('SIGINT', onSignal);
    const opened = new Opened();
    try {
      const { report, samples } = await runEvaluation(args, { progress, signal: stop.signal, opened });
      const page = args.output === undefined ? undefined : await writeFiles(args.output, { report, samples });
      progress.stop();
      if (args.json) return console.log(JSON.stringify(report, null, 2));
      for (const line of [...factLines(report), '', ...tableLines(report)]) console.log(line);
      if (args.randomWeights !== undefined) console.log(randomNote);
      if (page !== undefined) console.log(`open ${page}`);
    } finally {
      process.off('SIGINT', onSignal);
      progress.stop();
      await opened.dispose();
    }
  },
};

/** Checks what can be checked before data is read or an engine started. */
async function expectArguments(args: Arguments): Promise<void> {
  expectDataOptions(args);
  await parseBaselines(args);
  if (!Number.isSafeInteger(args.batchSize) || args.batchSize < 1)
    throw new Error(`--batch-size: expected a whole number from 1, got ${args.batchSize}`);
  if (wantsNetwork(args)) await expectNetwork('eval', args);
  if (args.output !== undefined) await expectWritableFolder(args.output);
}

/** A saved scene stands in the network's place; baselines are evaluated alone where no weights are given. */
function wantsNetwork({ scene, baseline, checkpoint, randomWeights }: Arguments): boolean {
  return scene === undefined && (baseline === undefined || checkpoint !== undefined || randomWeights !== undefined);
}

/** What is to be given back in the end. */
class Opened {
  model: Dust3r | undefined;
  methods: EvalMethod[] = [];

  async dispose(): Promise<void> {
    for (const method of this.methods) await method.dispose();
    this.model?.dispose();
  }
}

interface Run {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly opened: Opened;
}

async function runEvaluation(args: Arguments, { progress, signal, opened }: Run): Promise<Evaluation> {
  const scene = args.scene === undefined ? undefined : await readReconstruction(args.scene, signal);
  const source = await openSource(args, { progress, signal, scene });
  // First, since a program that is not installed is found out at once; in the table the network leads.
  opened.methods.push(...(await openBaselines(args, { progress, signal })));
  if (scene) opened.methods.unshift(await sceneMethod(scene));
  if (wantsNetwork(args)) opened.methods.unshift(await openNetworkMethod(args, { progress, signal, opened }));
  const { evaluate } = await import('#eval/evaluate.ts');
  return evaluate(source, opened.methods, {
    tasks: args.what === 'all' ? tasks : [args.what],
    onProgress: ({ stage, done, total }) => progress.update(done, total, `evaluating ${stage}`),
    signal,
  });
}

async function readReconstruction(path: string, signal: AbortSignal): Promise<Reconstruction> {
  const { readScene } = await import('#reconstruct/scene-file.ts');
  return (await readScene(path, { signal })).reconstruction;
}

async function sceneMethod(scene: Reconstruction): Promise<EvalMethod> {
  const { savedSceneMethod } = await import('#eval/saved-scene-method.ts');
  return savedSceneMethod(scene);
}

async function openNetworkMethod(args: Arguments, { progress, signal, opened }: Run): Promise<EvalMethod> {
  const backend = await startBackend(args.backend, args.json);
  const model = await openNetwork(args, progress, signal);
  opened.model = model;
  const { networkMethod } = await import('#eval/network-method.ts');
  const { checkpoint, randomWeights, size, minConfidence, batchSize, precision } = args;
  const weights = checkpoint ?? `random ${randomWeights}`;
  return networkMethod(model, {
    ...{ minConfidence, batchSize, settings: { weights, backend, precision } },
    ...(size === undefined ? {} : { size }),
  });
}

/** @returns the page's path */
async function writeFiles(folder: string, { report, samples }: Evaluation): Promise<string> {
  const { writeReport } = await import('#eval/write-report.ts');
  const { writeEvalPage } = await import('#eval/page/eval-page.ts');
  await writeReport(folder, report);
  return writeEvalPage(folder, report, samples);
}
