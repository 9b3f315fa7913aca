import * as tf from '@tensorflow/tfjs';
import type { Params } from '#tensor/params.ts';
import { crossAttention, crossAttentionSpec, selfAttention, selfAttentionSpec } from './attention.ts';
import { layerNorm, mlp, mlpSpec, type NormParams, normSpec } from './layers.ts';
import type { RopeTable } from './rope2d.ts';

export interface BlockConfig {
  readonly dim: number;
  readonly heads: number;
  readonly mlpRatio: number;
}

export const encoderBlockSpec = ({ dim, mlpRatio }: BlockConfig) => ({
  norm1: normSpec(dim),
  attn: selfAttentionSpec(dim),
  norm2: normSpec(dim),
  mlp: mlpSpec(dim, Math.floor(mlpRatio * dim)),
});
export type EncoderBlockParams = Params<ReturnType<typeof encoderBlockSpec>>;

/** `normMemory` false leaves out norm_y, and the other view's tokens are attended to as they are. */
export const decoderBlockSpec = (config: BlockConfig, normMemory: boolean) => ({
  ...encoderBlockSpec(config),
  cross_attn: crossAttentionSpec(config.dim),
  norm3: normSpec(config.dim),
  ...(normMemory ? { norm_y: normSpec(config.dim) } : {}),
});
export type DecoderBlockParams = Omit<Params<ReturnType<typeof decoderBlockSpec>>, 'norm_y'> & { norm_y?: NormParams };

export function encoderBlock(p: EncoderBlockParams, x: tf.Tensor3D, heads: number, rope: RopeTable): tf.Tensor3D {
  return tf.tidy(() => {
    const attended: tf.Tensor3D = x.add(selfAttention(p.attn, layerNorm(p.norm1, x), heads, rope));
    return attended.add(mlp(p.mlp, layerNorm(p.norm2, attended)));
  });
}

/** One decoder step of one view: x attends to itself, then to the other view's tokens y (spec 1.5). */
export function decoderBlock(
  p: DecoderBlockParams,
  [x, y]: readonly [x: tf.Tensor3D, y: tf.Tensor3D],
  heads: number,
  ropes: readonly [ropeX: RopeTable, ropeY: RopeTable],
): tf.Tensor3D {
  return tf.tidy(() => {
    const self: tf.Tensor3D = x.add(selfAttention(p.attn, layerNorm(p.norm1, x), heads, ropes[0]));
    const memory = p.norm_y ? layerNorm(p.norm_y, y) : y;
    const crossed: tf.Tensor3D = self.add(
      crossAttention(p.cross_attn, [layerNorm(p.norm2, self), memory], heads, ropes),
    );
    return crossed.add(mlp(p.mlp, layerNorm(p.norm3, crossed)));
  });
}
