import { dptDefaults, type FreezeMode, type HeadConfig, type ModelConfig, validateConfig } from './config.ts';
import type { ConfMode, DepthMode } from './head-output.ts';

type Kwargs = Readonly<Record<string, unknown>>;

// Constructor arguments that change nothing in what we build (spec 1.1): masking belongs to CroCo's pre-training.
const ignored = new Set(['mask_ratio', 'norm_layer', 'output_mode', 'desc_mode']);
const known = new Set([
  ...['img_size', 'patch_size', 'patch_embed_cls', 'landscape_only', 'pos_embed', 'mlp_ratio', 'norm_im2_in_dec'],
  ...['enc_embed_dim', 'enc_depth', 'enc_num_heads', 'dec_embed_dim', 'dec_depth', 'dec_num_heads'],
  ...['head_type', 'depth_mode', 'conf_mode', 'freeze', 'dpt'],
]);

/**
 * The configuration that the keyword arguments of PyTorch's constructor describe, as a hub folder's `config.json` or a
 * training command has them; absent ones take the original's defaults. Infinite bounds may be numbers or "inf" strings.
 * @throws RangeError naming the argument, what was expected and what was found
 */
export function configFromKwargs(kwargs: Kwargs): ModelConfig {
  for (const name of Object.keys(kwargs)) {
    if (!known.has(name) && !ignored.has(name)) fail(name, `one of ${[...known].join(', ')}`, 'an unknown argument');
  }
  oneOf(kwargs, 'output_mode', ['pts3d'], 'pts3d');
  return validateConfig({
    imageSize: imageSizeOf(kwargs['img_size'] ?? 224),
    patchSize: number(kwargs, 'patch_size', 16),
    patchEmbed: oneOf(kwargs, 'patch_embed_cls', ['PatchEmbedDust3R', 'ManyAR_PatchEmbed'], 'PatchEmbedDust3R'),
    landscapeOnly: boolean(kwargs, 'landscape_only', true),
    ropeBase: ropeBaseOf(kwargs['pos_embed'] ?? 'cosine'),
    encoder: transformer(kwargs, 'enc', [768, 12, 12]),
    decoder: transformer(kwargs, 'dec', [512, 8, 16]),
    mlpRatio: number(kwargs, 'mlp_ratio', 4),
    normMemory: boolean(kwargs, 'norm_im2_in_dec', true),
    head: headOf(kwargs),
    depthMode: depthModeOf(kwargs['depth_mode']),
    confMode: confModeOf(kwargs),
    freeze: oneOf<FreezeMode>(kwargs, 'freeze', ['none', 'mask', 'encoder'], 'none'),
  });
}

/** The same for arguments that a file holds, which errors then name. */
export function configFromFile(kwargs: Kwargs, path: string): ModelConfig {
  try {
    return configFromKwargs(kwargs);
  } catch (error) {
    throw new RangeError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** The inverse: keyword arguments that PyTorch's DUSt3R is constructed with, ready for `config.json`. */
export function kwargsFromConfig(config: ModelConfig): Record<string, unknown> {
  const { encoder, decoder, head, confMode } = config;
  return {
    pos_embed: `RoPE${config.ropeBase}`,
    img_size: config.imageSize,
    patch_size: config.patchSize,
    patch_embed_cls: config.patchEmbed,
    landscape_only: config.landscapeOnly,
    head_type: head.type,
    output_mode: 'pts3d',
    depth_mode: [config.depthMode, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    conf_mode: confMode ? [confMode.kind, confMode.min, confMode.max] : null,
    freeze: config.freeze,
    ...{ enc_embed_dim: encoder.dim, enc_depth: encoder.depth, enc_num_heads: encoder.heads },
    ...{ dec_embed_dim: decoder.dim, dec_depth: decoder.depth, dec_num_heads: decoder.heads },
    mlp_ratio: config.mlpRatio,
    norm_im2_in_dec: config.normMemory,
    ...(head.type === 'dpt' && !isDefaultDpt(head) ? { dpt: dptKwargs(head) } : {}),
  };
}

/** The text of a hub folder's `config.json`. Python's JSON writes infinities bare, and so do the published folders. */
export function hubConfigJson(config: ModelConfig): string {
  const marked = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? `bare:${value}` : value;
  return `${JSON.stringify(kwargsFromConfig(config), marked, 2).replace(/"bare:(-?Infinity)"/g, '$1')}\n`;
}

function imageSizeOf(value: unknown): readonly [number, number] {
  if (typeof value === 'number') return [value, value];
  if (Array.isArray(value) && value.length === 2) return [Number(value[0]), Number(value[1])];
  return fail('img_size', 'a number or (height, width)', value);
}

function ropeBaseOf(value: unknown): number {
  const match = typeof value === 'string' ? /^RoPE(\d+(?:\.\d+)?)$/.exec(value) : null;
  return match ? Number(match[1]) : fail('pos_embed', "'RoPE<base>' (DUSt3R works with no other)", value);
}

function transformer(kwargs: Kwargs, side: 'enc' | 'dec', [dim, depth, heads]: readonly [number, number, number]) {
  return {
    dim: number(kwargs, `${side}_embed_dim`, dim),
    depth: number(kwargs, `${side}_depth`, depth),
    heads: number(kwargs, `${side}_num_heads`, heads),
  };
}

function headOf(kwargs: Kwargs): HeadConfig {
  const type = oneOf(kwargs, 'head_type', ['linear', 'dpt'], 'linear');
  if (type === 'linear') return { type };
  const sizes = (kwargs['dpt'] ?? {}) as Kwargs;
  const layerDims = sizes['layer_dims'] ?? dptDefaults.layerDims;
  if (!Array.isArray(layerDims) || layerDims.length !== 4) return fail('dpt.layer_dims', 'four numbers', layerDims);
  return {
    type,
    featureDim: number(sizes, 'feature_dim', dptDefaults.featureDim),
    lastDim: number(sizes, 'last_dim', dptDefaults.lastDim),
    layerDims: layerDims.map(Number) as [number, number, number, number],
  };
}

function dptKwargs({ featureDim, lastDim, layerDims }: HeadConfig & { type: 'dpt' }) {
  return { feature_dim: featureDim, last_dim: lastDim, layer_dims: layerDims };
}

function isDefaultDpt({ featureDim, lastDim, layerDims }: HeadConfig & { type: 'dpt' }): boolean {
  const same = layerDims.every((dim, i) => dim === dptDefaults.layerDims[i]);
  return same && featureDim === dptDefaults.featureDim && lastDim === dptDefaults.lastDim;
}

function depthModeOf(value: unknown): DepthMode {
  if (value === undefined) return 'exp';
  const [kind, min, max] = triple('depth_mode', value);
  if (min !== Number.NEGATIVE_INFINITY || max !== Number.POSITIVE_INFINITY)
    fail('depth_mode', 'infinite bounds', JSON.stringify(value));
  return oneOf<DepthMode>({ depth_mode: kind }, 'depth_mode', ['exp', 'linear', 'square'], 'exp');
}

function confModeOf(kwargs: Kwargs): ConfMode | undefined {
  if (!('conf_mode' in kwargs)) return { kind: 'exp', min: 1, max: Number.POSITIVE_INFINITY };
  if (!kwargs['conf_mode']) return undefined;
  const [name, min, max] = triple('conf_mode', kwargs['conf_mode']);
  const kind = oneOf<ConfMode['kind']>({ conf_mode: name }, 'conf_mode', ['exp', 'sigmoid'], 'exp');
  return { kind, min, max };
}

function triple(name: string, value: unknown): [unknown, number, number] {
  if (!Array.isArray(value) || value.length !== 3) return fail(name, '(mode, min, max)', JSON.stringify(value));
  return [value[0], bound(name, value[1]), bound(name, value[2])];
}

function bound(name: string, value: unknown): number {
  if (typeof value === 'number') return value;
  if (value === 'inf' || value === 'Infinity') return Number.POSITIVE_INFINITY;
  if (value === '-inf' || value === '-Infinity') return Number.NEGATIVE_INFINITY;
  return fail(name, 'a number or "inf"', value);
}

function number(kwargs: Kwargs, name: string, fallback: number): number {
  const value = kwargs[name] ?? fallback;
  return typeof value === 'number' ? value : fail(name, 'a number', value);
}

function boolean(kwargs: Kwargs, name: string, fallback: boolean): boolean {
  const value = kwargs[name] ?? fallback;
  return typeof value === 'boolean' ? value : fail(name, 'true or false', value);
}

function oneOf<T extends string>(kwargs: Kwargs, name: string, choices: readonly T[], fallback: T): T {
  const value = kwargs[name] ?? fallback;
  return choices.find((choice) => choice === value) ?? fail(name, `one of ${choices.join(', ')}`, value);
}

function fail(name: string, expected: string, got: unknown): never {
  throw new RangeError(`model config: ${name}: expected ${expected}, got ${String(got)}`);
}
