import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { type DecoderBlockParams, decoderBlock, encoderBlock } from '#model/blocks.ts';
import type { ModelConfig } from '#model/config.ts';
import { type Dust3rLayers, dust3rLayers, layerParams } from '#model/dust3r-layers.ts';
import { dust3rSpec } from '#model/dust3r-spec.ts';
import { type DptHeadParams, type DptTokens, dptHead } from '#model/head-dpt.ts';
import { type LinearHeadParams, linearHead } from '#model/head-linear.ts';
import { layerNorm, linear } from '#model/layers.ts';
import { manyAspectRatiosPatchEmbed, patchEmbed } from '#model/patch-embed.ts';
import { rope2dTable } from '#model/rope2d.ts';
import { listParams, listSpecs } from '#tensor/params.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose } from '#test/support/expect-close.ts';
import { randomImages, randomTensor, tinyDpt, tinyLinear } from '#test/support/tiny-model.ts';

useBackend();

const grid = { rows: 2, columns: 3 };

function build(config: ModelConfig): { layers: Dust3rLayers; names: string[] } {
  const names: string[] = [];
  const layers = dust3rLayers(config, dust3rSpec(config), (name, { shape }) => {
    names.push(name);
    return { value: randomTensor(shape, name, 0.3), isTrainable: true };
  });
  return { layers, names };
}

const tokens = (dim: number, seed = 1) => randomTensor<tf.Tensor3D>([1, 6, dim], seed);

describe('model/dust3r-layers: dust3rLayers', () => {
  it.each([
    ['linear', tinyLinear],
    ['dpt', tinyDpt],
  ])('asks its source once for every weight by its checkpoint name: %s', (_, config) => {
    const { names } = build(config);
    expect(names.toSorted()).toEqual([...listSpecs(dust3rSpec(config)).keys()].toSorted());
  });

  it('makes tfjs layers that list all the weights', () => {
    const { layers, names } = build(tinyLinear);
    const all = Object.values(layers).flat();
    for (const layer of all) expect(layer).toBeInstanceOf(tf.layers.Layer);
    expect(all.flatMap((layer) => layer.weights)).toHaveLength(names.length);
  });

  it('gives the weights as one tree that is shaped like the specification', () => {
    const { layers } = build(tinyDpt);
    const listed = listParams(dust3rSpec(tinyDpt), layerParams(layers));
    for (const [name, value] of listed) expectClose(value, randomTensor(value.shape, name, 0.3), 0);
    expect(layerParams(layers).dec_blocks2[9]).toBe(layers.dec_blocks2[9]?.params);
  });
});

describe('model/dust3r-layers: apply', () => {
  it('embeds patches, turning portrait images back where it is told which they are', () => {
    const { patch_embed: layer } = build(tinyLinear).layers;
    const images = randomImages([2, 32, 48]);
    const isPortrait = [false, true];
    expectClose(layer.apply(images) as tf.Tensor, patchEmbed(layer.params, images), 0);
    const many = manyAspectRatiosPatchEmbed(layer.params, images, isPortrait);
    expectClose(layer.apply(images, { isPortrait }) as tf.Tensor, many, 0);
  });

  it('runs the blocks with their rotary tables', () => {
    const { enc_blocks, dec_blocks2 } = build(tinyLinear).layers;
    const [encoder, decoder] = [enc_blocks[1], dec_blocks2[0]] as const;
    const rope = rope2dTable([grid], 8, 100);
    const encoded = encoder?.apply(tokens(16), { rope }) as tf.Tensor;
    expectClose(
      encoded,
      encoderBlock(encoder?.params as NonNullable<typeof encoder>['params'], tokens(16), 2, rope),
      0,
    );
    const ropes = [rope2dTable([grid], 12, 100), rope2dTable([{ rows: 3, columns: 2 }], 12, 100)] as const;
    const pair = [tokens(24, 1), tokens(24, 2)] as [tf.Tensor3D, tf.Tensor3D];
    const decoded = decoder?.apply(pair, { ropes }) as tf.Tensor;
    expectClose(decoded, decoderBlock(decoder?.params as DecoderBlockParams, pair, 2, ropes), 0);
  });

  it('runs the norms and the step between encoder and decoder', () => {
    const { enc_norm, decoder_embed, dec_norm } = build(tinyLinear).layers;
    expectClose(enc_norm.apply(tokens(16)) as tf.Tensor, layerNorm(enc_norm.params, tokens(16)), 0);
    expectClose(decoder_embed.apply(tokens(16)) as tf.Tensor, linear(decoder_embed.params, tokens(16)), 0);
    expectClose(dec_norm.apply(tokens(24)) as tf.Tensor, layerNorm(dec_norm.params, tokens(24)), 0);
  });

  it('runs the head that the configuration names', () => {
    const { downstream_head1: first } = build(tinyLinear).layers;
    const raw = first.apply([tokens(24)], { grid, patchSize: 16 }) as tf.Tensor;
    expectClose(raw, linearHead(first.params as LinearHeadParams, tokens(24), grid, 16), 0);
    const { downstream_head2: second } = build(tinyDpt).layers;
    const inputs = [tokens(16), tokens(8, 2), tokens(8, 3), tokens(8, 4)] as tf.Tensor3D[];
    const fused = second.apply(inputs, { grid, patchSize: 16 }) as tf.Tensor;
    expectClose(fused, dptHead(second.params as DptHeadParams, inputs as unknown as DptTokens, grid), 0);
  });
});
