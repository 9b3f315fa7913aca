import { stat } from 'node:fs/promises';
import type { Argv, CommandModule } from 'yargs';
import { type ExportFormat, exportFormats, exportTargets } from '#reconstruct/scene-file-format.ts';
import { expectFreeFolder, recordFiles } from './output-folder.ts';
import { createProgress } from './progress.ts';
import { countFiles, thresholdLines } from './reconstruct-report.ts';
import { partOf, stopOnSignal } from './stop-on-signal.ts';

const builder = (yargs: Argv) =>
  yargs
    .positional('scene', { type: 'string', demandOption: true, describe: 'scene.json, or the folder that holds it' })
    .option('format', {
      alias: 'f',
      type: 'string',
      demandOption: true,
      describe: `one or more of ${exportFormats.join(', ')}, with commas`,
    })
    .option('output', { alias: 'o', type: 'string', demandOption: true, describe: 'folder to write them into' })
    .option('min-confidence', {
      type: 'number',
      describe:
        "points and triangles are made of pixels at least this confident; default: the scene's threshold; chosen where none is",
    })
    .option('max-points', {
      type: 'number',
      describe: 'points, or vertices of all meshes, at most; default: 100000 for colmap and nerfstudio, else all',
    })
    .option('images', {
      type: 'boolean',
      default: true,
      describe: 'copy the photographs, upright, beside colmap and nerfstudio; --no-images leaves them out',
    })
    .option('with-depth', { type: 'boolean', default: false, describe: 'depth maps for nerfstudio' })
    .option('overwrite', { type: 'boolean', default: false, describe: 'replace files that are there already' })
    .option('json', { type: 'boolean', default: false, describe: 'print the written files as JSON, and nothing else' });

type Arguments = Awaited<ReturnType<typeof builder>['argv']>;

/** `dust3r export scene.json --format colmap,glb --output folder`: a finished scene for other programs. */
export const exportCommand: CommandModule<object, Arguments> = {
  command: 'export <scene>',
  describe: 'write a finished scene for COLMAP, nerfstudio and others',
  builder: builder as (yargs: Argv) => Argv<Arguments>,
  handler: async (args) => {
    const formats = parseFormats(args.format);
    expectNumbers(args);
    const targets = formats.map((format) => exportTargets[format]);
    await expectFreeFolder(args.output, { overwrite: args.overwrite, writer: 'export' }, targets);
    const progress = createProgress(args.json);
    const stop = stopOnSignal();
    try {
      const { readScene } = await import('#reconstruct/scene-file.ts');
      const { exportScene, exportThreshold } = await import('#reconstruct/scene-file-export.ts');
      progress.update(0, formats.length, 'reading the scene');
      const { reconstruction, photographs } = await readScene(args.scene, { signal: stop.signal });
      stop.leaves(partOf(args.output));
      const options = args.minConfidence === undefined ? {} : { minConfidence: args.minConfidence };
      const files = await exportScene(args.output, reconstruction, {
        formats,
        withDepth: args.withDepth,
        signal: stop.signal,
        ...options,
        ...(args.maxPoints === undefined ? {} : { maxPoints: args.maxPoints }),
        ...(wantsImages(args.images, formats)
          ? { photographs: await expectPhotographs(photographs, reconstruction.views) }
          : {}),
        onProgress: ({ format, done, total }) => progress.update(done, total, `writing ${format}`),
      });
      await recordFiles(args.output, 'export', files);
      progress.stop();
      const minConfidence = exportThreshold(reconstruction, options);
      if (args.json) console.log(JSON.stringify({ output: args.output, formats, minConfidence, files }, null, 2));
      else {
        const wanted = args.minConfidence ?? reconstruction.minConfidence;
        for (const line of thresholdLines(reconstruction, wanted, minConfidence)) console.log(line);
        console.log(`${countFiles(files.length)} in ${args.output}`);
      }
    } finally {
      stop.dispose();
      progress.stop();
    }
  },
};

function parseFormats(list: string): ExportFormat[] {
  return list.split(',').map((item) => {
    const format = exportFormats.find((each) => each === item.trim());
    if (format) return format;
    throw new Error(`--format: expected ${exportFormats.join(', ')}, got ${JSON.stringify(item.trim())}`);
  });
}

function expectNumbers({ maxPoints }: Arguments): void {
  if (maxPoints !== undefined && !(Number.isSafeInteger(maxPoints) && maxPoints >= 1))
    throw new Error(`--max-points: expected a whole number from 1, got ${maxPoints}`);
}

function wantsImages(images: boolean, formats: readonly ExportFormat[]): boolean {
  return images && formats.some((name) => name.startsWith('colmap') || name === 'nerfstudio');
}

async function expectPhotographs(
  photographs: readonly (string | undefined)[],
  views: readonly { readonly name: string }[],
): Promise<string[]> {
  const found: string[] = [];
  for (const [i, { name }] of views.entries()) {
    const path = photographs[i];
    if (path === undefined || !(await stat(path).catch(() => undefined))) {
      const what = path === undefined ? `the scene does not say where ${name} lies` : `${path} is missing`;
      throw new Error(`export: ${what}; put the photographs back, or leave them out by --no-images`);
    }
    found.push(path);
  }
  return found;
}
