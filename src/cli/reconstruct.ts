import type { Argv, CommandModule } from 'yargs';
import type { Dust3r } from '#model/dust3r.ts';
import type { ReconstructOptions } from '#reconstruct/reconstruct.ts';
import type { Reconstruction } from '#reconstruct/reconstruction.ts';
import { backendOption, startBackend } from './backend-option.ts';
import { expectNetwork, networkOptions, openNetwork, randomNote } from './network-options.ts';
import { underOption } from './option-errors.ts';
import { createProgress } from './progress.ts';
import { alignmentOptions, pairOptions } from './reconstruct-options.ts';
import { expectFreshFolder, parseFormats, usualFormats, writeOutputs } from './reconstruct-output.ts';
import { planLines, StageClock, sceneLines } from './reconstruct-report.ts';
import { partOf, stopOnSignal } from './stop-on-signal.ts';

const builder = (yargs: Argv) =>
  yargs
    .positional('images', { type: 'string', array: true, default: [], describe: 'photographs, or folders of them' })
    .options({
      output: { alias: 'o', type: 'string', demandOption: true, describe: 'folder to write the scene into' },
      overwrite: { type: 'boolean', default: false, describe: 'write into a folder that has files already' },
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
      const given = await readGiven(args, paths);
      const backend = await startBackend(args.backend, args.json);
      const model = await openNetwork(args, progress, stop.signal);
      const scene = await runReconstruction(paths, args, {
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
  if (args.resume === undefined) await expectGraph(args, paths.length);
  await expectNetwork('reconstruct', args);
  await expectFreshFolder(args);
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
  const { makePairs } = await import('#infer/pairs.ts');
  underOption('--scene-graph', () => makePairs(count, sceneGraph));
  underOption('--prefilter', () => makePairs(count, sceneGraph, { prefilter }));
}

type Options = Omit<ReconstructOptions, 'model'>;

/** What files beside the photographs say. */
async function readGiven({ knownCameras, masks, pairs }: Arguments, paths: readonly string[]): Promise<Options> {
  const { photographNames } = await import('#reconstruct/photographs.ts');
  const names = photographNames(paths);
  const { readKnownCameras } = await import('#reconstruct/read-known-cameras.ts');
  const { readMasks } = await import('#reconstruct/masks.ts');
  const { readPairList } = await import('#infer/pair-list.ts');
  return {
    ...(knownCameras === undefined ? {} : { known: await readKnownCameras(knownCameras) }),
    ...(masks === undefined ? {} : { masks: await readMasks(masks, names) }),
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

async function runReconstruction(
  paths: readonly string[],
  { resume }: Arguments,
  options: Options & { readonly model: Dust3r },
): Promise<Reconstruction> {
  const { addToScene, reconstruct } = await import('#reconstruct/reconstruct.ts');
  if (resume === undefined) return reconstruct(paths, options);
  const { readScene } = await import('#reconstruct/scene-file.ts');
  const { reconstruction, photographs } = await readScene(resume);
  const views = reconstruction.views.map((view, i) => {
    const photographPath = photographs[i];
    return photographPath === undefined ? view : { ...view, photographPath };
  });
  return addToScene({ ...reconstruction, views }, paths, options);
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

function report({ json, randomWeights, output }: Arguments, { scene, files, backend, seconds, stages }: Outcome): void {
  const { poseFound, reference, minConfidence, loss, pairs } = scene;
  const isRandom = randomWeights !== undefined;
  if (json) {
    const views = scene.views.map(({ name, originalCamera: { focalPx, camToWorld } }) => ({
      ...{ name, focalPx, camToWorld: [...camToWorld] },
    }));
    const facts = { output, backend, seconds, stages, isRandom, poseFound, reference, minConfidence, loss };
    console.log(JSON.stringify({ ...facts, views, pairs, files }, null, 2));
    return;
  }
  for (const line of sceneLines(scene)) console.log(line);
  if (isRandom) console.log(randomNote);
  const parts = Object.entries(stages).map(([stage, time]) => `${stage} ${time.toFixed(1)} s`);
  console.log(`${files.length} files in ${output} after ${seconds.toFixed(1)} s (${parts.join(', ')})`);
  if (files.some((file) => file.endsWith('index.html'))) console.log(`open ${output}/index.html`);
}
