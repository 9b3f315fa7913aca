import { stat } from 'node:fs/promises';
import type { ModelConfig } from '#model/config.ts';
import type { Dust3r } from '#model/dust3r.ts';
import { underOption } from './option-errors.ts';
import type { Progress } from './progress.ts';

/** The options of every command that runs the network on photographs. `--random-weights` excludes the first two. */
export const networkOptions = {
  checkpoint: { alias: 'c', type: 'string', describe: 'hub-like folder, .safetensors or .pth' },
  preset: { type: 'string', describe: 'network of a checkpoint that does not say it, as 512-dpt' },
  'random-weights': { type: 'string', describe: 'preset of an untrained network: tries the pipeline only' },
  size: { type: 'number', describe: "long side in pixels (224: a square); default: the model's" },
  seed: { type: 'number', default: 0, describe: 'of random weights' },
  precision: {
    choices: ['float32', 'bfloat16'] as const,
    default: 'float32' as const,
    describe: 'of the products; bfloat16 is faster, on the native engine only',
  },
} as const;

export interface NetworkArguments {
  readonly checkpoint?: string | undefined;
  readonly preset?: string | undefined;
  readonly randomWeights?: string | undefined;
  readonly size?: number | undefined;
  readonly seed: number;
  readonly precision: 'float32' | 'bfloat16';
}

export const randomNote = 'The weights are random: the shapes mean nothing.';

/** Tells of weights that cannot be had, and of impossible numbers, before an engine is started. */
export async function expectNetwork(command: string, args: NetworkArguments): Promise<void> {
  const { checkpoint, randomWeights, preset } = args;
  const { presetConfig } = await import('#model/config.ts');
  for (const [option, name] of Object.entries({ '--preset': preset, '--random-weights': randomWeights }))
    if (name !== undefined) underOption(option, () => presetConfig(name));
  expectNumbers(args);
  if (randomWeights !== undefined) return;
  if (checkpoint === undefined)
    throw new Error(
      `${command}: expected --checkpoint <folder>, got none, and no trained weights are shipped yet; --random-weights tiny tries the pipeline`,
    );
  if (!(await stat(checkpoint).catch(() => undefined)))
    throw new Error(`--checkpoint ${checkpoint}: there is no such file or folder`);
}

const LARGEST_SIZE = 4096;

function expectNumbers({ size, seed }: NetworkArguments): void {
  if (size !== undefined && !(Number.isInteger(size) && size >= 16 && size <= LARGEST_SIZE))
    throw new Error(`--size: expected a whole number of pixels from 16 to ${LARGEST_SIZE}, got ${size}`);
  if (!Number.isInteger(seed)) throw new Error(`--seed: expected a whole number, got ${seed}`);
}

/** The photographs' long side as the network sees it: whole patches. */
export function longSide(
  { size }: Pick<NetworkArguments, 'size'>,
  { imageSize, patchSize }: Pick<ModelConfig, 'imageSize' | 'patchSize'>,
): number {
  const wanted = size ?? Math.max(...imageSize);
  return wanted - (wanted % patchSize);
}

/** Tells of a size that whole patches do not fill; 224 makes squares, and fits. */
export function sizeLines(
  args: Pick<NetworkArguments, 'size'>,
  config: Pick<ModelConfig, 'imageSize' | 'patchSize'>,
): string[] {
  const used = longSide(args, config);
  if (args.size === undefined || args.size === used) return [];
  return [
    `--size ${args.size}: the network takes patches of ${config.patchSize} pixels, so that long sides are ${used}`,
  ];
}

export async function openNetwork(args: NetworkArguments, progress: Progress, signal?: AbortSignal): Promise<Dust3r> {
  const { checkpoint, preset, randomWeights, seed, precision } = args;
  const { randomModel } = await import('#infer/random-model.ts');
  if (randomWeights !== undefined) return randomModel(randomWeights, { seed, precision });
  const { loadModel } = await import('#infer/load-model.ts');
  const { presetConfig } = await import('#model/config.ts');
  return loadModel(checkpoint as string, {
    precision,
    ...(preset === undefined ? {} : { config: presetConfig(preset) }),
    ...(signal ? { signal } : {}),
    onProgress: ({ done, total }) => progress.update(done, total, 'loading weights'),
  });
}
