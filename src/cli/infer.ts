import { basename } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import { countConfident } from '#align/threshold.ts';
import type { Dust3r } from '#model/dust3r.ts';
import type { Reconstruction } from '#reconstruct/reconstruction.ts';
import { backendOption, startBackend } from './backend-option.ts';
import { expectNetwork, networkOptions, openNetwork, randomNote, sizeLines } from './network-options.ts';
import { expectFreeFolder, recordFiles, removeOlderFiles } from './output-folder.ts';
import { createProgress } from './progress.ts';
import { countFiles, thresholdLines } from './reconstruct-report.ts';
import { partOf, stopOnSignal } from './stop-on-signal.ts';

const builder = (yargs: Argv) =>
  yargs
    .positional('images', { type: 'string', array: true, demandOption: true, describe: 'two photographs' })
    .option('output', { alias: 'o', type: 'string', demandOption: true, describe: 'folder to write the scene into' })
    .option('overwrite', {
      type: 'boolean',
      default: false,
      describe: 'write into a folder that has other files; those of an older scene go',
    })
    .options(networkOptions)
    .option('min-confidence', {
      type: 'number',
      default: 3,
      describe:
        'pixels above it decide the relative pose and go into scene.glb and scene.ply; chosen where none is above',
    })
    .option('backend', backendOption)
    .option('json', { type: 'boolean', default: false, describe: 'print the result as JSON, and nothing else' })
    .conflicts('random-weights', ['checkpoint', 'preset']);

type Arguments = Awaited<ReturnType<typeof builder>['argv']>;

/** `dust3r infer a.jpg b.jpg --output scene --checkpoint …`: two photographs to a scene in a folder. */
export const inferCommand: CommandModule<object, Arguments> = {
  command: 'infer <images..>',
  describe: 'reconstruct two photographs',
  builder: builder as (yargs: Argv) => Argv<Arguments>,
  handler: async (args) => {
    const images = expectTwo(args.images);
    await expectNetwork('infer', args);
    await expectFreeFolder(args.output, { overwrite: args.overwrite, writer: 'infer' });
    const progress = createProgress(args.json);
    const stop = stopOnSignal();
    try {
      const startedAt = performance.now();
      const photographs = await loadPhotographs(images, args);
      const backend = await startBackend(args.backend, args.json);
      const model = await openNetwork(args, progress, stop.signal);
      if (!args.json) sizeLines(args, model.config).forEach((line) => void console.error(line));
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
  const { repetitionOf } = await import('#reconstruct/photographs.ts');
  const decoded = [await decodeImage(first), await decodeImage(second)] as const;
  const seen = new Map<string, string>();
  const repetitions = decoded.map((image, i) =>
    repetitionOf({ name: [first, second][i] as string, image, original: image }, seen),
  );
  if (repetitions[1] !== undefined) throw new Error(`infer: ${repetitions[1]}; name two different photographs`);
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
  await removeOlderFiles(output, ['infer', 'reconstruct']);
  const files = await writeReconstruction(output, scene, {
    title: images.map((image) => basename(image)).join(' + '),
    photographs: images,
    settings: { command: 'infer' },
    signal,
    ...(randomWeights === undefined ? {} : { note: randomNote }),
  });
  await recordFiles(output, 'infer', files);
  return files;
}

interface Outcome {
  readonly scene: Reconstruction;
  readonly files: readonly string[];
  readonly backend: string;
  readonly seconds: number;
}

function report(args: Arguments, { scene, files, backend, seconds }: Outcome): void {
  const { json, randomWeights, output } = args;
  const { poseFound, reference, minConfidence } = scene;
  const views = scene.views.map(({ name, originalCamera }) => ({
    name,
    focalPx: originalCamera.focalPx,
    camToWorld: [...originalCamera.camToWorld],
  }));
  const isRandom = randomWeights !== undefined;
  if (json) {
    const points = countConfident(scene.views, minConfidence);
    console.log(
      JSON.stringify(
        { output, backend, seconds, isRandom, poseFound, reference, minConfidence, points, views, files },
        null,
        2,
      ),
    );
    return;
  }
  for (const { name, focalPx } of views) console.log(`${name}: focal length ${focalPx[0].toFixed(1)} px`);
  if (!poseFound) console.log('no relative pose was found: both cameras stand at the origin');
  for (const line of thresholdLines(scene, args.minConfidence, minConfidence)) console.log(line);
  if (isRandom) console.log(randomNote);
  console.log(`${countFiles(files.length)} in ${output} after ${seconds.toFixed(1)} s; open ${output}/index.html`);
}
