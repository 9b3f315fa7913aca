import type { DptConfig } from './head-dpt.ts';
import type { ConfMode, DepthMode } from './head-output.ts';

/** A stack of transformer blocks. */
export interface TransformerConfig {
  readonly dim: number;
  readonly depth: number;
  readonly heads: number;
}

export type HeadConfig = { readonly type: 'linear' } | ({ readonly type: 'dpt' } & DptConfig);

/** `mask` freezes the mask token; `encoder` also the patch embedding and the encoder's blocks, but not enc_norm. */
export type FreezeMode = 'none' | 'mask' | 'encoder';

/** Everything that fixes a DUSt3R network (spec 1.1). Plain data. */
export interface ModelConfig {
  /** [height, width] that the model is trained at; other multiples of the patch size work too. */
  readonly imageSize: readonly [height: number, width: number];
  readonly patchSize: number;
  /** `ManyAR_PatchEmbed` takes portrait images stored transposed in a landscape batch. */
  readonly patchEmbed: 'PatchEmbedDust3R' | 'ManyAR_PatchEmbed';
  /** Training's convention: every tensor is stored landscape, and the heads transpose portrait samples back. */
  readonly landscapeOnly: boolean;
  readonly ropeBase: number;
  readonly encoder: TransformerConfig;
  readonly decoder: TransformerConfig;
  readonly mlpRatio: number;
  /** Whether a decoder block normalises the other view's tokens (`norm_im2_in_dec`). */
  readonly normMemory: boolean;
  readonly head: HeadConfig;
  readonly depthMode: DepthMode;
  /** Absent: the heads give no confidence. */
  readonly confMode: ConfMode | undefined;
  readonly freeze: FreezeMode;
}

export const dptDefaults: DptConfig = { featureDim: 256, lastDim: 128, layerDims: [96, 192, 384, 768] };

const base = {
  imageSize: [224, 224],
  patchSize: 16,
  patchEmbed: 'PatchEmbedDust3R',
  landscapeOnly: true,
  ropeBase: 100,
  mlpRatio: 4,
  normMemory: true,
  head: { type: 'linear' },
  depthMode: 'exp',
  confMode: { kind: 'exp', min: 1, max: Number.POSITIVE_INFINITY },
  freeze: 'none',
} as const;

const vitBase: TransformerConfig = { dim: 768, depth: 12, heads: 12 };
const vitLarge: TransformerConfig = { dim: 1024, depth: 24, heads: 16 };
const smallDecoder: TransformerConfig = { dim: 512, depth: 8, heads: 16 };
const large = { ...base, encoder: vitLarge, decoder: vitBase };
const large512 = { ...large, imageSize: [512, 512], patchEmbed: 'ManyAR_PatchEmbed' } as const;

/** Named networks: the published three, one per CroCo v2 backbone to start from, and two that train on a CPU. */
export const modelPresets = {
  '224-linear': large,
  '512-linear': large512,
  '512-dpt': { ...large512, head: { type: 'dpt', ...dptDefaults } },
  'croco-v2-base-small': { ...base, encoder: vitBase, decoder: smallDecoder },
  'croco-v2-base-base': { ...base, encoder: vitBase, decoder: vitBase },
  'croco-v2-large-small': { ...base, encoder: vitLarge, decoder: smallDecoder },
  'croco-v2-large-base': large,
  small: { ...base, encoder: { dim: 256, depth: 8, heads: 4 }, decoder: { dim: 192, depth: 6, heads: 3 } },
  tiny: { ...base, encoder: { dim: 96, depth: 4, heads: 3 }, decoder: { dim: 64, depth: 4, heads: 2 } },
} as const satisfies Record<string, ModelConfig>;

export type ModelPreset = keyof typeof modelPresets;

/** The configuration of a preset. @throws RangeError that lists the presets when there is none of that name */
export function presetConfig(name: string): ModelConfig {
  if (Object.hasOwn(modelPresets, name)) return modelPresets[name as ModelPreset];
  throw new RangeError(`model preset: expected one of ${Object.keys(modelPresets).join(', ')}, got "${name}"`);
}

/** The same network fed with images in their true orientation, as inference does (spec 1.7). */
export function forInference(config: ModelConfig): ModelConfig {
  return { ...config, patchEmbed: 'PatchEmbedDust3R', landscapeOnly: false };
}

// Far above any real network; a hostile config.json must not make us list blocks until the memory is full.
const MAX_BLOCKS = 1000;
const MAX_SIZE = 2 ** 16;

/** Throws one RangeError naming the first setting that cannot work; returns the configuration otherwise. */
export function validateConfig(config: ModelConfig): ModelConfig {
  const { imageSize, patchSize, encoder, decoder, head, confMode, mlpRatio } = config;
  checkInteger('patch_size', patchSize, MAX_SIZE);
  for (const side of imageSize) {
    if (!isPositiveInteger(side) || side % patchSize !== 0)
      fail('img_size', `two positive multiples of the patch size ${patchSize}`, imageSize.join('×'));
  }
  checkTransformer('enc', encoder);
  checkTransformer('dec', decoder);
  if (head.type === 'dpt') checkDpt(config, head);
  if (!(config.ropeBase > 0)) fail('pos_embed', 'RoPE with a positive base', config.ropeBase);
  if (!(Number.isFinite(mlpRatio) && mlpRatio * Math.min(encoder.dim, decoder.dim) >= 1))
    fail('mlp_ratio', 'a positive number that leaves at least one hidden feature', mlpRatio);
  if (confMode?.kind === 'sigmoid' && !Number.isFinite(confMode.max - confMode.min))
    fail('conf_mode', 'finite bounds for a sigmoid', `${confMode.min} to ${confMode.max}`);
  return config;
}

function checkTransformer(prefix: 'enc' | 'dec', { dim, depth, heads }: TransformerConfig): void {
  checkInteger(`${prefix}_embed_dim`, dim, MAX_SIZE);
  checkInteger(`${prefix}_depth`, depth, MAX_BLOCKS);
  checkInteger(`${prefix}_num_heads`, heads, MAX_SIZE);
  if (dim % (4 * heads) !== 0)
    fail(`${prefix}_embed_dim`, `a multiple of 4 × ${heads} heads (the rotary embedding needs it)`, dim);
}

function checkDpt({ decoder, patchSize }: ModelConfig, { featureDim, lastDim, layerDims }: DptConfig): void {
  if (decoder.depth <= 9) fail('dec_depth', 'more than 9 decoder blocks for a DPT head', decoder.depth);
  // The head's upsampling makes 16 pixels of a token, whatever the patch size.
  if (patchSize !== 16) fail('patch_size', '16 with a DPT head', patchSize);
  checkInteger('dpt.feature_dim', featureDim, MAX_SIZE);
  if (featureDim % 2 !== 0) fail('dpt.feature_dim', 'an even number', featureDim);
  checkInteger('dpt.last_dim', lastDim, MAX_SIZE);
  for (const dim of layerDims) checkInteger('dpt.layer_dims', dim, MAX_SIZE);
}

function checkInteger(setting: string, value: number, most: number): void {
  if (!isPositiveInteger(value) || value > most) fail(setting, `a positive integer up to ${most}`, value);
}

function isPositiveInteger(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}

function fail(setting: string, expected: string, got: unknown): never {
  throw new RangeError(`model config: ${setting}: expected ${expected}, got ${String(got)}`);
}
