import { availableParallelism } from 'node:os';
import type { Argv, CommandModule } from 'yargs';
import { createProgress } from './progress.ts';

const builder = (yargs: Argv) =>
  yargs
    .option('output', { alias: 'o', type: 'string', demandOption: true, describe: 'folder for the scenes' })
    .option('scenes', { type: 'number', default: 200, describe: 'how many' })
    .option('views', { type: 'number', default: 10, describe: 'frames of each scene' })
    .option('size', { type: 'string', default: '320x240', describe: 'WIDTHxHEIGHT of the images' })
    .option('split', { choices: ['train', 'val'] as const, default: 'train' as const, describe: 'val: other models' })
    .option('seed', { type: 'number', default: 0, describe: 'other numbers give other scenes' })
    .option('workers', { type: 'number', default: availableParallelism(), describe: 'threads' })
    .option('meshes', { type: 'string', describe: 'folder of .sh3f libraries, .obj files and textures/' })
    .option('kind', { choices: ['room', 'outdoors', 'tabletop'] as const, describe: 'all scenes of one kind' })
    .option('min-overlap', { type: 'number', default: 0.3, describe: 'of a view with an earlier one' })
    .option('max-overlap', { type: 'number', default: 0.9, describe: 'of a view with an earlier one' })
    .option('image-format', { choices: ['jpg', 'png'] as const, default: 'jpg' as const, describe: 'of the images' })
    .option('json', { type: 'boolean', default: false, describe: 'print the result as JSON, and nothing else' });

type Arguments = Awaited<ReturnType<typeof builder>['argv']>;

/** `dust3r prepare synthetic --output datasets/synthetic/data`: rendered scenes with exact depth and poses. */
export const prepareSyntheticCommand: CommandModule<object, Arguments> = {
  command: 'synthetic',
  describe: 'render scenes to train on; an interrupted run goes on where it was',
  builder: builder as (yargs: Argv) => Argv<Arguments>,
  handler: async (args) => {
    const options = prepareOptions(args);
    const { prepareSynthetic } = await import('#prepare/synthetic.ts');
    if (args.meshes === undefined) console.error(noMeshes);
    const progress = createProgress(args.json);
    const stop = new AbortController();
    const onSignal = () => stop.abort(new Error(`stopped; to go on, start it again: ${args.output} keeps its scenes`));
    process.once('SIGINT', onSignal);
    try {
      const report = await prepareSynthetic({
        ...options,
        signal: stop.signal,
        onProgress: ({ done, total }) => progress.update(done, total, 'rendering scenes'),
      });
      progress.stop();
      const { written, kept, seconds } = report;
      console.log(
        args.json
          ? JSON.stringify({ output: args.output, ...report })
          : `${args.output}: ${written} scenes of ${args.views} views in ${seconds.toFixed(0)} s, ${kept} were there`,
      );
    } finally {
      process.off('SIGINT', onSignal);
      progress.stop();
    }
  },
};

const noMeshes =
  'no --meshes: scenes are of primitives and procedural textures only. With furniture they teach more: apt-get install sweethome3d-furniture, then --meshes /usr/share/sweethome3d/furniture';

function prepareOptions(args: Arguments) {
  const { output, scenes, views, split, seed, workers, kind, meshes, imageFormat, minOverlap, maxOverlap } = args;
  expectWhole('--scenes', scenes, [1, 99_999]);
  expectWhole('--views', views, [2, 1000]);
  expectWhole('--seed', seed, [0, Number.MAX_SAFE_INTEGER]);
  expectWhole('--workers', workers, [0, 256]);
  if (!(minOverlap >= 0 && minOverlap < maxOverlap && maxOverlap <= 1))
    throw new Error(`--min-overlap, --max-overlap: expected 0 ≤ min < max ≤ 1, got ${minOverlap} and ${maxOverlap}`);
  return {
    ...parseSize(args.size),
    ...{ output, scenes, views, split, seed, workers, imageFormat },
    overlap: [minOverlap, maxOverlap] as const,
    ...(kind ? { kind } : {}),
    ...(meshes === undefined ? {} : { meshes }),
  };
}

function expectWhole(name: string, value: number, [low, high]: readonly [number, number]): void {
  if (Number.isSafeInteger(value) && value >= low && value <= high) return;
  throw new Error(`${name}: expected a whole number from ${low} to ${high}, got ${value}`);
}

function parseSize(text: string): { width: number; height: number } {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(text) ?? [];
  const fits = (side: string | undefined) => Number(side) >= 16 && Number(side) <= 4096;
  if (fits(width) && fits(height)) return { width: Number(width), height: Number(height) };
  throw new Error(`--size: expected WIDTHxHEIGHT with 16 to 4096 pixels a side, such as 320x240, got ${text}`);
}
