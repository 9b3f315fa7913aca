import * as tf from '@tensorflow/tfjs';
import type { ParamSpec, Params } from '#tensor/params.ts';
import { recompute } from '#tensor/recompute.ts';
import {
  type DecoderBlockParams,
  decoderBlock,
  type decoderBlockSpec,
  encoderBlock,
  type encoderBlockSpec,
} from './blocks.ts';
import type { ModelConfig } from './config.ts';
import type { Dust3rSpec } from './dust3r-spec.ts';
import { type DptTokens, dptHead, type dptHeadSpec } from './head-dpt.ts';
import { linearHead, type linearHeadSpec } from './head-linear.ts';
import { layerNorm, linear, type linearSpec, type normSpec } from './layers.ts';
import { manyAspectRatiosPatchEmbed, patchEmbed, type patchEmbedSpec } from './patch-embed.ts';
import type { Grid, RopeTable } from './rope2d.ts';
import { type ParamSource, SpecLayer, scoped } from './spec-layer.ts';

// The boxes of the paper's figure as tfjs layers. Tensors are their inputs; what is not a tensor to be
// differentiated (grids, rotary tables, orientations) comes as keyword arguments of apply().

type Inputs = tf.Tensor | tf.Tensor[];
type Pair = readonly [tf.Tensor3D, tf.Tensor3D];
type RopePair = readonly [RopeTable, RopeTable];

const only = <T extends tf.Tensor>(inputs: Inputs) => (Array.isArray(inputs) ? inputs[0] : inputs) as T;

/** CroCo's token for masked patches: part of every checkpoint, unused in DUSt3R. */
class MaskToken extends SpecLayer<ParamSpec> {
  static readonly className = 'MaskToken';
}

export class PatchEmbed extends SpecLayer<ReturnType<typeof patchEmbedSpec>> {
  static readonly className = 'PatchEmbed';

  override call(inputs: Inputs, { isPortrait }: { isPortrait?: readonly boolean[] }): tf.Tensor3D {
    const images = only<tf.Tensor4D>(inputs);
    return isPortrait ? manyAspectRatiosPatchEmbed(this.params, images, isPortrait) : patchEmbed(this.params, images);
  }
}

class Norm extends SpecLayer<ReturnType<typeof normSpec>> {
  static readonly className = 'Norm';

  override call(inputs: Inputs): tf.Tensor3D {
    return layerNorm(this.params, only<tf.Tensor3D>(inputs));
  }
}

class Linear extends SpecLayer<ReturnType<typeof linearSpec>> {
  static readonly className = 'Linear';

  override call(inputs: Inputs): tf.Tensor3D {
    return linear(this.params, only<tf.Tensor3D>(inputs));
  }
}

abstract class AttentionLayer<Spec> extends SpecLayer<Spec> {
  readonly heads: number;

  constructor(spec: Spec, source: ParamSource, heads: number) {
    super(spec, source);
    this.heads = heads;
  }

  /**
   * Computes the block, or computes it so that its gradient keeps nothing but the operands. The clones, which share their
   * values, have an input's gradients within the block summed first in both cases: they agree to the last bit.
   */
  protected compute(block: BlockOf, { inputs, ropes, isRecomputed = false }: BlockCall): tf.Tensor3D {
    if (!isRecomputed) return block(inputs.map(tf.clone), ropes);
    const tables = (constants: readonly tf.Tensor[]) =>
      ropes.map((_, i) => ({ cos: constants[2 * i], sin: constants[2 * i + 1] }) as RopeTable);
    return recompute((xs, constants) => block(xs as readonly tf.Tensor3D[], tables(constants)), {
      inputs,
      constants: ropes.flatMap(({ cos, sin }) => [cos, sin]),
      variables: this.trainableWeights.map((weight) => weight.read() as tf.Variable),
    });
  }
}

type BlockOf = (inputs: readonly tf.Tensor3D[], ropes: readonly RopeTable[]) => tf.Tensor3D;

interface BlockCall {
  readonly inputs: readonly tf.Tensor3D[];
  readonly ropes: readonly RopeTable[];
  readonly isRecomputed: boolean | undefined;
}

export class EncoderBlock extends AttentionLayer<ReturnType<typeof encoderBlockSpec>> {
  static readonly className = 'EncoderBlock';

  override call(inputs: Inputs, { rope, isRecomputed }: { rope: RopeTable; isRecomputed?: boolean }): tf.Tensor3D {
    const block: BlockOf = ([x], [rope]) => encoderBlock(this.params, x as tf.Tensor3D, this.heads, rope as RopeTable);
    return this.compute(block, { inputs: [only<tf.Tensor3D>(inputs)], ropes: [rope], isRecomputed });
  }
}

export class DecoderBlock extends AttentionLayer<ReturnType<typeof decoderBlockSpec>> {
  static readonly className = 'DecoderBlock';

  override call(inputs: Inputs, { ropes, isRecomputed }: { ropes: RopePair; isRecomputed?: boolean }): tf.Tensor3D {
    const block: BlockOf = (pair, ropes) =>
      decoderBlock(
        this.params as DecoderBlockParams,
        pair as unknown as Pair,
        this.heads,
        ropes as unknown as RopePair,
      );
    return this.compute(block, { inputs: inputs as tf.Tensor3D[], ropes, isRecomputed });
  }
}

export class LinearHead extends SpecLayer<ReturnType<typeof linearHeadSpec>> {
  static readonly className = 'LinearHead';

  override call(inputs: Inputs, { grid, patchSize }: { grid: Grid; patchSize: number }): tf.Tensor4D {
    return linearHead(this.params, only<tf.Tensor3D>(inputs), grid, patchSize);
  }
}

export class DptHead extends SpecLayer<ReturnType<typeof dptHeadSpec>> {
  static readonly className = 'DptHead';

  override call(inputs: Inputs, { grid }: { grid: Grid }): tf.Tensor4D {
    return dptHead(this.params, inputs as unknown as DptTokens, grid);
  }
}

/** Builds every layer of the network; the source gives each weight by its checkpoint name. */
export function dust3rLayers({ encoder, decoder }: ModelConfig, spec: Dust3rSpec, source: ParamSource) {
  const at = (path: string) => scoped(source, path);
  const decoderStack = (name: 'dec_blocks' | 'dec_blocks2') =>
    spec[name].map((block, i) => new DecoderBlock(block, at(`${name}.${i}`), decoder.heads));
  const head = (name: 'downstream_head1' | 'downstream_head2') => {
    const headSpec = spec[name];
    return 'dpt' in headSpec ? new DptHead(headSpec, at(name)) : new LinearHead(headSpec, at(name));
  };
  return {
    mask_token: new MaskToken(spec.mask_token, at('mask_token')),
    patch_embed: new PatchEmbed(spec.patch_embed, at('patch_embed')),
    enc_blocks: spec.enc_blocks.map((block, i) => new EncoderBlock(block, at(`enc_blocks.${i}`), encoder.heads)),
    enc_norm: new Norm(spec.enc_norm, at('enc_norm')),
    decoder_embed: new Linear(spec.decoder_embed, at('decoder_embed')),
    dec_blocks: decoderStack('dec_blocks'),
    dec_blocks2: decoderStack('dec_blocks2'),
    dec_norm: new Norm(spec.dec_norm, at('dec_norm')),
    downstream_head1: head('downstream_head1'),
    downstream_head2: head('downstream_head2'),
  };
}
export type Dust3rLayers = ReturnType<typeof dust3rLayers>;

/** The weights of all layers as one tree, shaped like the specification. */
export function layerParams(layers: Dust3rLayers): Params<Dust3rSpec> {
  const entries = Object.entries(layers).map(([name, part]) => [
    name,
    Array.isArray(part) ? part.map((layer) => layer.params) : part.params,
  ]);
  return Object.fromEntries(entries) as Params<Dust3rSpec>;
}
