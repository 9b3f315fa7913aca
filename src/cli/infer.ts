import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import { expectWritableFolder } from '#files/folder.ts';
import type { Dust3r } from '#model/dust3r.ts';
import type { Reconstruction } from '#reconstruct/reconstruction.ts';
import { backendOption, startBackend } from './backend-option.ts';
import { expectNetwork, networkOptions, openNetwork, randomNote } from './network-options.ts';
import { createProgress } from './progress.ts';
import { partOf, stopOnSignal } from './stop-on-signal.ts';

const builder = (yargs: Argv) =>
  yargs
    .positional('images', { type: 'string', array: true, demandOption: true, describe: 'two photographs' })
    .option('output', { alias: 'o', type: 'string', demandOption: true, describe: 'folder to write the scene into' })
    .options(networkOptions)
    .option('min-confidence', {
      type: 'number',
      default: 3,
      describe: 'pixels above it decide the relative pose and go into scene.glb and scene.ply',
    })
    .option('backend', backendOption)
    .option('json', { type: 'boolean', default: false, describe: 'print the result as JSON, and nothing else' })
    .conflicts('random-weights', ['checkpoint', 'preset']);

/** What tells a saved scene of two views as one of ours. */
const ownSettings = { command: 'infer' } as const;

type Arguments = Awaited<ReturnType<typeof builder>['argv']>;

/** `dust3r infer a.jpg b.jpg --output scene --checkpoint …`: two photographs to a scene in a folder. */
export const inferCommand: CommandModule<object, Arguments> = {
  command: 'infer <images..>',
  describe: 'reconstruct two photographs',
  builder: builder as (yargs: Argv) => Argv<Arguments>,
  handler: async (args) => {
    const images = expectTwo(args.images);
    await expectNetwork('infer', args);
    await expectWritableFolder(args.output);
    await expectNoOtherScene(args.output);
    const progress = createProgress(args.json);
    const stop = stopOnSignal();
    try {
      const startedAt = performance.now();
      const photographs = await loadPhotographs(images, args);
      const backend = await startBackend(args.backend, args.json);
      const model = await openNetwork(args, progress, stop.signal);
      const { reconstructTwoViews } = await import('#reconstruct/two-view.ts');
      const scene = await reconstructTwoViews(model, await photographs(model), {
        minConfidence: args.minConfidence,
        signal: stop.signal,
        onProgress: ({ step, done, total }) =>
          progress.update(done, total, step === 'encode' ? 'encoding' : 'decoding'),
      });
      model.dispose();
      stop.leaves(partOf(args.output));
      const files = await writeFiles(args, scene, stop.signal);
      progress.stop();
      report(args, { scene, files, backend, seconds: (performance.now() - startedAt) / 1000 });
    } finally {
      stop.dispose();
      progress.stop();
    }
  },
};

/** Files of another scene would stay beside ours; those of an earlier infer are all replaced. */
async function expectNoOtherScene(folder: string): Promise<void> {
  const text = await readFile(join(folder, 'scene.json'), 'utf8').catch(() => undefined);
  if (text === undefined || (await isOwnScene(text))) return;
  throw new Error(`${folder}: the folder holds a scene of dust3r reconstruct; name another`);
}

async function isOwnScene(text: string): Promise<boolean> {
  const { parseScene } = await import('#reconstruct/scene-file-parse.ts');
  try {
    return parseScene(text).settings['command'] === ownSettings.command;
  } catch {
    return false;
  }
}

function expectTwo(images: readonly string[]): readonly [string, string] {
  const [first, second] = images;
  if (images.length !== 2 || first === undefined || second === undefined)
    throw new Error(`infer: expected two photographs, got ${images.length}`);
  return [first, second];
}

/** Opens both photographs at once, so that a bad one is told before the weights are loaded; fits them when the model's size is known. */
async function loadPhotographs([first, second]: readonly [string, string], { size }: Arguments) {
  const { decodeImage } = await import('#image/decode.ts');
  const { fitImage } = await import('#image/fit.ts');
  const decoded = [await decodeImage(first), await decodeImage(second)] as const;
  return async ({ config }: Dust3r) => {
    const options = { size: size ?? Math.max(...config.imageSize), patchSize: config.patchSize };
    return [
      { name: basename(first), ...fitImage(decoded[0], { ...options, name: first }) },
      { name: basename(second), ...fitImage(decoded[1], { ...options, name: second }) },
    ] as const;
  };
}

async function writeFiles(
  { output, images, randomWeights }: Arguments,
  scene: Reconstruction,
  signal: AbortSignal,
): Promise<string[]> {
  const { writeReconstruction } = await import('#reconstruct/write-reconstruction.ts');
  const { writeScene } = await import('#reconstruct/scene-file.ts');
  const files = await writeReconstruction(output, scene, {
    title: images.map((image) => basename(image)).join(' + '),
    signal,
    ...(randomWeights === undefined ? {} : { note: randomNote }),
  });
  return [...files, ...(await writeScene(output, scene, { photographs: images, settings: ownSettings, signal }))];
}

interface Outcome {
  readonly scene: Reconstruction;
  readonly files: readonly string[];
  readonly backend: string;
  readonly seconds: number;
}

function report({ json, randomWeights, output }: Arguments, { scene, files, backend, seconds }: Outcome): void {
  const { poseFound, reference, minConfidence } = scene;
  const views = scene.views.map(({ name, originalCamera }) => ({
    name,
    focalPx: originalCamera.focalPx,
    camToWorld: [...originalCamera.camToWorld],
  }));
  const isRandom = randomWeights !== undefined;
  if (json) {
    console.log(
      JSON.stringify(
        { output, backend, seconds, isRandom, poseFound, reference, minConfidence, views, files },
        null,
        2,
      ),
    );
    return;
  }
  for (const { name, focalPx } of views) console.log(`${name}: focal length ${focalPx[0].toFixed(1)} px`);
  if (!poseFound) console.log('no relative pose was found: both cameras stand at the origin');
  if (isRandom) console.log(randomNote);
  console.log(`${files.length} files in ${output} after ${seconds.toFixed(1)} s; open ${output}/index.html`);
}
