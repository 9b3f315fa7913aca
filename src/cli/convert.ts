import type { Argv, CommandModule } from 'yargs';
import type { ConvertReport } from '#convert/convert-checkpoint.ts';
import { createProgress } from './progress.ts';

const builder = (yargs: Argv) =>
  yargs
    .positional('source', { type: 'string', demandOption: true, describe: '.pth, .safetensors or hub-like folder' })
    .positional('output', { type: 'string', demandOption: true, describe: 'folder to make' })
    .option('preset', {
      type: 'string',
      describe: 'network to make: where the source does not say it, or for another head',
    })
    .option('storage', {
      choices: ['float32', 'float16', 'bfloat16'] as const,
      default: 'float32' as const,
      describe: 'how the weights are stored',
    })
    .option('seed', { type: 'number', default: 0, describe: 'of the weights that are drawn anew' })
    .option('json', { type: 'boolean', default: false, describe: 'print the result as JSON, and nothing else' });

type Arguments = Awaited<ReturnType<typeof builder>['argv']>;

const storages = { float32: 'F32', float16: 'F16', bfloat16: 'BF16' } as const;

/** `dust3r convert checkpoint.pth folder`: any checkpoint of DUSt3R or CroCo to a hub-like folder. */
export const convertCommand: CommandModule<object, Arguments> = {
  command: 'convert <source> <output>',
  describe: 'convert a checkpoint of PyTorch to a hub-like folder',
  builder: builder as (yargs: Argv) => Argv<Arguments>,
  handler: async ({ source, output, preset, storage, seed, json }) => {
    const { convertCheckpoint } = await import('#convert/convert-checkpoint.ts');
    const { presetConfig } = await import('#model/config.ts');
    const { kwargsFromConfig } = await import('#model/hub-config.ts');
    const progress = createProgress(json);
    try {
      const report = await convertCheckpoint(source, output, {
        storage: storages[storage],
        seed,
        ...(preset === undefined ? {} : { config: presetConfig(preset) }),
        onProgress: ({ writtenBytes, totalBytes }) =>
          progress.update(mebibytes(writtenBytes), mebibytes(totalBytes), 'writing MiB'),
      });
      progress.stop();
      if (json) console.log(JSON.stringify({ output, ...report, config: kwargsFromConfig(report.config) }, spelled, 2));
      else console.log(summary(output, report));
    } finally {
      progress.stop();
    }
  },
};

/** JSON has no infinities; as "inf" our own reader and Python's float() take them. */
function spelled(_: string, value: unknown): unknown {
  return value === Infinity ? 'inf' : value === -Infinity ? '-inf' : value;
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}

function summary(output: string, { config, drawn, left, isDecoderCopied, licence }: ConvertReport): string {
  const { encoder, decoder, head } = config;
  return [
    `${output}: ${head.type} head, encoder ${encoder.dim}/${encoder.depth}/${encoder.heads}, decoder ${decoder.dim}/${decoder.depth}/${decoder.heads}`,
    ...(isDecoderCopied ? ['the source has one decoder: the second starts as its copy'] : []),
    ...listed('drawn anew, since the source does not have them', drawn),
    ...listed('left in the source, since this network has no place for them', left),
    licence === undefined
      ? "licence: the source names none; the weights keep their authors' terms (those of DUSt3R and CroCo: CC BY-NC-SA 4.0, non-commercial)"
      : `licence of the weights: ${licence}`,
  ].join('\n');
}

function listed(title: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${names.length} ${title}:`, ...names.map((name) => `  ${name}`)];
}
