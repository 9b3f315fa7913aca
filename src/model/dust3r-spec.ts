import { param } from '#tensor/params.ts';
import { decoderBlockSpec, encoderBlockSpec } from './blocks.ts';
import type { FreezeMode, ModelConfig } from './config.ts';
import { dptAliases, dptHeadSpec } from './head-dpt.ts';
import { linearHeadSpec } from './head-linear.ts';
import { linearSpec, normSpec } from './layers.ts';
import { patchEmbedSpec } from './patch-embed.ts';

const repeat = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

const headSpec = ({ head, encoder, decoder, patchSize, confMode }: ModelConfig) => {
  const channels = confMode ? 4 : 3;
  return head.type === 'linear'
    ? linearHeadSpec(decoder.dim, patchSize, channels)
    : dptHeadSpec({ ...head, channels, encoderDim: encoder.dim, decoderDim: decoder.dim });
};

/** Every weight of the network; the dotted paths are the names in PyTorch's checkpoints (spec 1.9, key grammar). */
export const dust3rSpec = (config: ModelConfig) => {
  const { encoder, decoder, mlpRatio, normMemory } = config;
  const decoderStack = () =>
    repeat(decoder.depth, () => decoderBlockSpec({ dim: decoder.dim, heads: decoder.heads, mlpRatio }, normMemory));
  return {
    mask_token: param([1, 1, decoder.dim], { kind: 'normal', std: 0.02 }),
    patch_embed: patchEmbedSpec(encoder.dim, config.patchSize),
    enc_blocks: repeat(encoder.depth, () => encoderBlockSpec({ dim: encoder.dim, heads: encoder.heads, mlpRatio })),
    enc_norm: normSpec(encoder.dim),
    decoder_embed: linearSpec(encoder.dim, decoder.dim),
    dec_blocks: decoderStack(),
    dec_blocks2: decoderStack(),
    dec_norm: normSpec(decoder.dim),
    downstream_head1: headSpec(config),
    downstream_head2: headSpec(config),
  };
};
export type Dust3rSpec = ReturnType<typeof dust3rSpec>;

/** Second names under which files may hold a tensor, each with ours. */
export function weightAliases({ head }: ModelConfig): ReadonlyMap<string, string> {
  if (head.type !== 'dpt') return new Map();
  return new Map(['downstream_head1', 'downstream_head2'].flatMap(dptAliases));
}

const frozenParts: Record<FreezeMode, readonly string[]> = {
  none: [],
  mask: ['mask_token'],
  encoder: ['mask_token', 'patch_embed', 'enc_blocks'],
};

/** Whether a freeze mode keeps the weight of this name as it is. enc_norm and decoder_embed always train (spec 1.9). */
export function isFrozen(name: string, freeze: FreezeMode): boolean {
  return frozenParts[freeze].includes(name.split('.')[0] as string);
}
