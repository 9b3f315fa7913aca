import * as tf from '@tensorflow/tfjs';
import type { Params } from '#tensor/params.ts';
import { crossAttentionSpec, selfAttentionSpec } from './attention.ts';
import { crossBranch, mlpBranch, selfBranch } from './branches.ts';
import { layerNorm, mlpSpec, type NormParams, normSpec } from './layers.ts';
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
    const attended = selfBranch({ norm: p.norm1, attn: p.attn }, x, heads, rope);
    return mlpBranch({ norm: p.norm2, mlp: p.mlp }, attended);
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
    const self = selfBranch({ norm: p.norm1, attn: p.attn }, x, heads, ropes[0]);
    const memory = p.norm_y ? layerNorm(p.norm_y, y) : y;
    const crossed = crossBranch({ norm: p.norm2, attn: p.cross_attn }, [self, memory], heads, ropes);
    return mlpBranch({ norm: p.norm3, mlp: p.mlp }, crossed);
  });
}
