import * as tf from '@tensorflow/tfjs';
import { hasKernel } from '#tensor/kernel.ts';
import { isMixed } from '#tensor/mixed-linear.ts';
import { isPacked } from '#tensor/packed-weight.ts';
import { type CrossAttentionParams, crossAttention, type SelfAttentionParams, selfAttention } from './attention.ts';
import { LAYER_NORM_EPSILON, type LinearParams, layerNorm, type MlpParams, mlp, type NormParams } from './layers.ts';
import type { RopeTable } from './rope2d.ts';

// The residual branches of a transformer block, x + f(LayerNorm(x)). Where the engine has our kernels, each is one op
// whose gradient is one op, too, and keeps but little; elsewhere it is composed of plain ones.

/** Tokens attend to each other. x: [B, N, C]. */
export function selfBranch(
  p: { readonly norm: NormParams; readonly attn: SelfAttentionParams },
  x: tf.Tensor3D,
  heads: number,
  rope: RopeTable,
): tf.Tensor3D {
  const { qkv, proj } = p.attn;
  if (!hasBranch('SelfBranch', qkv)) return plainSelfBranch(p, x, heads, rope);
  const weights = { ...normInputs(p.norm), ...layerInputs([qkv, proj]) };
  return run(nameFor('SelfBranch', qkv), { x, ...weights }, { cos: rope.cos, sin: rope.sin });
}

/** The reference for selfBranch(). */
export function plainSelfBranch(
  { norm, attn }: { readonly norm: NormParams; readonly attn: SelfAttentionParams },
  x: tf.Tensor3D,
  heads: number,
  rope: RopeTable,
): tf.Tensor3D {
  return x.add(selfAttention(attn, layerNorm(norm, x), heads, rope));
}

/** x: [B, N, C] looks at the memory: [B, M, C], which is not normalised here. */
export function crossBranch(
  p: { readonly norm: NormParams; readonly attn: CrossAttentionParams },
  [x, memory]: readonly [x: tf.Tensor3D, memory: tf.Tensor3D],
  heads: number,
  ropes: readonly [ropeX: RopeTable, ropeMemory: RopeTable],
): tf.Tensor3D {
  const { projq, projk, projv, proj } = p.attn;
  if (!hasBranch('CrossBranch', projq)) return plainCrossBranch(p, [x, memory], heads, ropes);
  const weights = { ...normInputs(p.norm), ...layerInputs([projq, projk, projv, proj]) };
  const [{ cos: cosQ, sin: sinQ }, { cos: cosK, sin: sinK }] = ropes;
  return run(nameFor('CrossBranch', projq), { x, memory, ...weights }, { cosQ, sinQ, cosK, sinK });
}

/** The reference for crossBranch(). */
export function plainCrossBranch(
  { norm, attn }: { readonly norm: NormParams; readonly attn: CrossAttentionParams },
  [x, memory]: readonly [x: tf.Tensor3D, memory: tf.Tensor3D],
  heads: number,
  ropes: readonly [ropeX: RopeTable, ropeMemory: RopeTable],
): tf.Tensor3D {
  return x.add(crossAttention(attn, [layerNorm(norm, x), memory], heads, ropes));
}

export function mlpBranch(p: { readonly norm: NormParams; readonly mlp: MlpParams }, x: tf.Tensor3D): tf.Tensor3D {
  const { fc1, fc2 } = p.mlp;
  if (!hasBranch('MlpBranch', fc1)) return plainMlpBranch(p, x);
  return run(nameFor('MlpBranch', fc1), { x, ...normInputs(p.norm), ...layerInputs([fc1, fc2]) }, {});
}

/** The reference for mlpBranch(). */
export function plainMlpBranch(p: { readonly norm: NormParams; readonly mlp: MlpParams }, x: tf.Tensor3D): tf.Tensor3D {
  return x.add(mlp(p.mlp, layerNorm(p.norm, x)));
}

type Branch = 'SelfBranch' | 'CrossBranch' | 'MlpBranch';

/** The kernels lay out the weights anew in each call, which costs wide layers more than it gains. */
const MOST_CHANNELS = 512;

/** Weights that were packed for inference have layers of their own. */
function hasBranch(branch: Branch, { weight }: LinearParams): boolean {
  return hasKernel(`Dust3r${branch}`) && !isPacked(weight) && (weight.shape[1] as number) <= MOST_CHANNELS;
}

function nameFor(branch: Branch, { weight }: LinearParams): string {
  return isMixed(weight) ? `Dust3rMixed${branch}` : `Dust3r${branch}`;
}

function normInputs({ weight, bias }: NormParams): tf.NamedTensorMap {
  return { scale: weight, offset: bias };
}

function layerInputs(layers: readonly LinearParams[]): tf.NamedTensorMap {
  const named = layers.flatMap(({ weight, bias }, i) => [
    [`weight${i + 1}`, weight],
    [`bias${i + 1}`, bias],
  ]);
  return Object.fromEntries(named) as tf.NamedTensorMap;
}

/**
 * A custom gradient, and not the kernel's own, since what the kernel keeps for it would otherwise be a result.
 * Variables need not be saved: they outlive the gradient.
 */
function run(kernel: string, inputs: tf.NamedTensorMap, constants: tf.NamedTensorMap): tf.Tensor3D {
  const names = [...Object.keys(inputs), ...Object.keys(constants)];
  const op = tf.customGrad((...args) => {
    const save = args.at(-1) as unknown as tf.GradSaveFunc;
    const given = named(names, [...args.slice(0, -1), ...Object.values(constants)] as tf.Tensor[]);
    const results = tf.engine().runKernel(kernel, given, { epsilon: LAYER_NORM_EPSILON });
    const [value, kept] = results as [tf.Tensor, tf.Tensor];
    const temporary = names.filter((name) => !(given[name] instanceof tf.Variable));
    save([...temporary.map((name) => given[name] as tf.Tensor), kept]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      tf.engine().runKernel(`${kernel}Grad`, { ...given, ...named([...temporary, 'kept'], saved), dy }) as tf.Tensor[];
    return { value, gradFunc };
  });
  return op(...Object.values(inputs)) as tf.Tensor3D;
}

function named(names: readonly string[], tensors: readonly tf.Tensor[]): tf.NamedTensorMap {
  return Object.fromEntries(names.map((name, i) => [name, tensors[i] as tf.Tensor]));
}
