import type { Argv, CommandModule } from 'yargs';
import { countConfident } from '#align/threshold.ts';
import type { Dust3r } from '#model/dust3r.ts';
import type { ReconstructOptions } from '#reconstruct/reconstruct.ts';
import type { Reconstruction } from '#reconstruct/reconstruction.ts';
import { backendOption, startBackend } from './backend-option.ts';
import { expectNetwork, longSide, networkOptions, openNetwork, randomNote, sizeLines } from './network-options.ts';
import { underOption } from './option-errors.ts';
import { expectFreeFolder } from './output-folder.ts';
import { createProgress } from './progress.ts';
import { alignmentOptions, pairOptions } from './reconstruct-options.ts';
import { parseFormats, usualFormats, writeOutputs } from './reconstruct-output.ts';
import {
  countFiles,
  maskLines,
  planLines,
  resumedLines,
  StageClock,
  sceneLines,
  thresholdLines,
} from './reconstruct-report.ts';
import { partOf, stopOnSignal } from './stop-on-signal.ts';

const builder = (yargs: Argv) =>
  yargs
    .positional('images', { type: 'string', array: true, default: [], describe: 'photographs, or folders of them' })
    .options({
      output: { alias: 'o', type: 'string', demandOption: true, describe: 'folder to write the scene into' },
      overwrite: {
        type: 'boolean',
        default: false,
        describe: 'write into a folder that has files; those of an older scene go',
      },
      ...networkOptions,
      backend: backendOption,
      formats: {
        type: 'string',
        default: usualFormats,
        describe: 'what to write, parted by commas; also colmap, colmap-text, nerfstudio, tum, glb-mesh, depth',
      },
      'skip-broken': { type: 'boolean', default: false, describe: 'leave out unreadable and repeated photographs' },
      ...pairOptions,
      ...alignmentOptions,
      resume: { type: 'string', describe: 'scene.json of a finished scene, to which the photographs are added' },
      add: { type: 'string', array: true, default: [], describe: 'photographs to add, as those before the options' },
      json: { type: 'boolean', default: false, describe: 'print the result as JSON, and nothing else' },
    })
    .conflicts('random-weights', ['checkpoint', 'preset'])
    .conflicts('pairs', ['prefilter']);

type Arguments = Awaited<ReturnType<typeof builder>['argv']>;

/** `dust3r reconstruct photos/ --output scene --checkpoint …`: a folder of photographs to a scene in a folder. */
export const reconstructCommand: CommandModule<object, Arguments> = {
  command: 'reconstruct [images..]',
  describe: 'reconstruct any number of photographs',
  builder: builder as (yargs: Argv) => Argv<Arguments>,
  handler: async (args) => {
    const paths = await expectArguments(args);
    const progress = createProgress(args.json);
    const stop = stopOnSignal();
    const clock = new StageClock();
    const tell = (line: string) => (args.json ? undefined : console.error(line));
    try {
      const startedAt = performance.now();
      const resumed = await readResumed(args, stop.signal);
      const given = await readGiven(args, paths, { resumed, tell });
      const backend = await startBackend(args.backend, args.json);
      const model = await openNetwork(args, progress, stop.signal);
      [...sizeLines(args, model.config), ...resumedLines(resumed, longSide(args, model.config))].forEach(tell);
      const scene = await runReconstruction(paths, resumed, {
        ...optionsOf(args),
        ...given,
        model,
        signal: stop.signal,
        onPlan: (plan) => planLines(plan).forEach(tell),
        onSkipped: ({ reason }) => tell(`left out: ${reason}`),
        onProgress: ({ stage, done, total }) => progress.update(done, total, clock.enter(stage)),
      });
      model.dispose();
      clock.stop();
      stop.leaves(partOf(args.output));
      const onFile = () => progress.update(0, 1, 'writing files');
      const files = await writeOutputs(args, scene, { settings: settingsOf(args), onFile, signal: stop.signal });
      progress.stop();
      report(args, { scene, files, backend, seconds: (performance.now() - startedAt) / 1e3, stages: clock.times() });
    } finally {
      stop.dispose();
      progress.stop();
    }
  },
};

/** Checks what can be checked before an engine is started. @returns the paths of the photographs */
async function expectArguments(args: Arguments): Promise<string[]> {
  parseFormats(args.formats);
  expectNumbers(args);
  const { listPhotographs } = await import('#reconstruct/photographs.ts');
  const paths = await listPhotographs([...args.images, ...args.add]);
  if (paths.length === 0) throw new Error('reconstruct: expected photographs, or a folder of them, got none');
  if (args.add.length > 0 && args.resume === undefined)
    throw new Error('--add: photographs are added to a finished scene; name it by --resume scene.json');
  if (args.skipBroken && args.pairs !== undefined)
    throw new Error('--skip-broken: photographs that --pairs names cannot be left out; give one of the two options');
  if (args.resume === undefined) await expectGraph(args, paths.length);
  await expectNetwork('reconstruct', args);
  await expectFreeFolder(args.output, { overwrite: args.overwrite });
  return paths;
}

function expectNumbers({ niter, lr, batchSize, memoryLimit, minConfidence }: Arguments): void {
  parseConfidence(minConfidence);
  if (!Number.isSafeInteger(niter) || niter < 0) throw new Error(`--niter: expected a whole number, got ${niter}`);
  if (!(lr > 0)) throw new Error(`--lr: expected a number above 0, got ${lr}`);
  if (!Number.isSafeInteger(batchSize) || batchSize < 1)
    throw new Error(`--batch-size: expected a whole number from 1, got ${batchSize}`);
  if (memoryLimit !== undefined && !(memoryLimit > 0))
    throw new Error(`--memory-limit: expected gigabytes above 0, got ${memoryLimit}`);
}

async function expectGraph({ sceneGraph, prefilter, pairs }: Arguments, count: number): Promise<void> {
  if (pairs !== undefined) return;
  const { makePairs, withoutRedundantPairs } = await import('#infer/pairs.ts');
  underOption('--scene-graph', () => makePairs(count, sceneGraph));
  const kept = underOption('--prefilter', () => makePairs(count, sceneGraph, { prefilter }));
  if (count > 1 && withoutRedundantPairs(kept).length === 0)
    throw new Error(`--scene-graph ${sceneGraph}: there are no pairs; give a wider window`);
}

type Options = Omit<ReconstructOptions, 'model'>;

/** What files beside the photographs say. */
async function readGiven(
  { knownCameras, masks, pairs }: Arguments,
  paths: readonly string[],
  { resumed, tell }: { readonly resumed: Reconstruction | undefined; readonly tell: (line: string) => void },
): Promise<Options> {
  const { photographNames } = await import('#reconstruct/photographs.ts');
  const { finishedPhotographs } = await import('#reconstruct/finished-scene.ts');
  const finished = resumed ? finishedPhotographs(resumed) : [];
  const names = photographNames([...finished, ...paths]);
  const { readMasks } = await import('#reconstruct/masks.ts');
  const found = masks === undefined ? undefined : await readMasks(masks, names.slice(finished.length));
  if (found) maskLines(names.slice(finished.length), found).forEach(tell);
  const { readKnownCameras } = await import('#reconstruct/read-known-cameras.ts');
  const { readPairList } = await import('#infer/pair-list.ts');
  return {
    ...(knownCameras === undefined ? {} : { known: await readKnownCameras(knownCameras) }),
    ...(found ? { masks: found } : {}),
    ...(pairs === undefined ? {} : { sceneGraph: await readPairList(pairs, names) }),
  };
}

function optionsOf(args: Arguments): Options {
  const { size, sceneGraph, prefilter, batchSize, store, output, memoryLimit, skipBroken, minConfidence } = args;
  const { cleanDepth, maskSky, niter, lr, schedule, sharedFocal } = args;
  return {
    ...{ sceneGraph, batchSize, store, storeFolder: output, skipBroken, cleanDepth, maskSky },
    minConfidence: parseConfidence(minConfidence),
    ...(size === undefined ? {} : { size }),
    ...(prefilter === undefined ? {} : { prefilter }),
    ...(memoryLimit === undefined ? {} : { memoryLimit: 1e9 * memoryLimit }),
    alignment: { iterations: niter, learningRate: lr, schedule, sharedFocal },
  };
}

function parseConfidence(text: string): number | 'auto' {
  const value = text === 'auto' ? text : Number(text);
  if (value === 'auto' || (text.trim() !== '' && Number.isFinite(value))) return value;
  throw new Error(`--min-confidence: expected a number or auto, got ${text}`);
}

async function readResumed({ resume }: Arguments, signal: AbortSignal): Promise<Reconstruction | undefined> {
  if (resume === undefined) return undefined;
  const { readScene } = await import('#reconstruct/scene-file.ts');
  return (await readScene(resume, { signal })).reconstruction;
}

async function runReconstruction(
  paths: readonly string[],
  resumed: Reconstruction | undefined,
  options: Options & { readonly model: Dust3r },
): Promise<Reconstruction> {
  const { addToScene, reconstruct } = await import('#reconstruct/reconstruct.ts');
  return resumed ? addToScene(resumed, paths, options) : reconstruct(paths, options);
}

function settingsOf({ sceneGraph, pairs, niter, lr, schedule, sharedFocal, size }: Arguments) {
  const graph = pairs === undefined ? { sceneGraph } : { pairs };
  return { ...graph, niter, lr, schedule, sharedFocal, ...(size === undefined ? {} : { size }) };
}

interface Outcome {
  readonly scene: Reconstruction;
  readonly files: readonly string[];
  readonly backend: string;
  readonly seconds: number;
  readonly stages: ReturnType<StageClock['times']>;
}

function report(args: Arguments, { scene, files, backend, seconds, stages }: Outcome): void {
  const { json, randomWeights, output } = args;
  const { poseFound, reference, minConfidence, loss, pairs } = scene;
  const isRandom = randomWeights !== undefined;
  if (json) {
    const views = scene.views.map(({ name, originalCamera: { focalPx, camToWorld } }) => ({
      ...{ name, focalPx, camToWorld: [...camToWorld] },
    }));
    const points = countConfident(scene.views, minConfidence);
    const facts = { output, backend, seconds, stages, isRandom, poseFound, reference, minConfidence, points, loss };
    console.log(JSON.stringify({ ...facts, views, pairs, files }, null, 2));
    return;
  }
  const wanted = parseConfidence(args.minConfidence);
  for (const line of [...sceneLines(scene), ...thresholdLines(scene, wanted, minConfidence)]) console.log(line);
  if (isRandom) console.log(randomNote);
  const parts = Object.entries(stages).map(([stage, time]) => `${stage} ${time.toFixed(1)} s`);
  console.log(`${countFiles(files.length)} in ${output} after ${seconds.toFixed(1)} s (${parts.join(', ')})`);
  if (files.some((file) => file.endsWith('index.html'))) console.log(`open ${output}/index.html`);
}
