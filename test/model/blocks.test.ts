import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { crossAttention, selfAttention } from '#model/attention.ts';
import { decoderBlock, decoderBlockSpec, encoderBlock, encoderBlockSpec } from '#model/blocks.ts';
import { layerNorm, mlp, type NormParams } from '#model/layers.ts';
import { rope2dTable } from '#model/rope2d.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose, expectGradient } from '#test/support/expect-close.ts';
import { expectNoLeak } from '#test/support/no-leak.ts';
import { randomParams, randomTensor } from '#test/support/tiny-model.ts';

useBackend();

const config = { dim: 16, heads: 2, mlpRatio: 2 };
const { heads } = config;
const table = (rows: number, columns: number) => rope2dTable([{ rows, columns }], 8, 100);

describe('model/blocks: encoderBlock', () => {
  const params = () => randomParams(encoderBlockSpec(config));
  const tokens = () => randomTensor<tf.Tensor3D>([2, 6, 16]);

  it('adds self-attention of the normed tokens, then the perceptron of the normed sum', () => {
    const [p, x, rope] = [params(), tokens(), table(2, 3)];
    const attended = x.add(selfAttention(p.attn, layerNorm(p.norm1, x), heads, rope)) as tf.Tensor3D;
    expectClose(encoderBlock(p, x, heads, rope), attended.add(mlp(p.mlp, layerNorm(p.norm2, attended))));
  });

  it('passes its input on where its last layers are zero', () => {
    const p = params();
    const zero = (layer: { weight: tf.Tensor; bias: tf.Tensor }) => ({
      weight: tf.zerosLike(layer.weight),
      bias: tf.zerosLike(layer.bias),
    });
    const idle = { ...p, attn: { ...p.attn, proj: zero(p.attn.proj) }, mlp: { ...p.mlp, fc2: zero(p.mlp.fc2) } };
    const x = tokens();
    expectClose(encoderBlock(idle, x, heads, table(2, 3)), x, 0);
  });

  it('has gradients for its input and for a weight', () => {
    const [p, x, rope] = [params(), tokens(), table(2, 3)];
    expectGradient((at) => encoderBlock(p, at as tf.Tensor3D, heads, rope), x);
    const withQkv = (weight: tf.Tensor) => ({ ...p, attn: { ...p.attn, qkv: { ...p.attn.qkv, weight } } });
    expectGradient((at) => encoderBlock(withQkv(at), x, heads, rope), p.attn.qkv.weight);
  });

  it('leaves behind only its output', () => {
    const [p, x, rope] = [params(), tokens(), table(2, 3)];
    expectNoLeak(() => encoderBlock(p, x, heads, rope));
  });
});

describe('model/blocks: decoderBlock', () => {
  const params = (normMemory = true) => randomParams(decoderBlockSpec(config, normMemory));
  const views = () => [randomTensor<tf.Tensor3D>([2, 6, 16], 'x'), randomTensor<tf.Tensor3D>([2, 4, 16], 'y')] as const;
  const ropes = () => [table(2, 3), table(2, 2)] as const;

  it('attends to itself, then to the normed tokens of the other view, then runs the perceptron', () => {
    const [p, [x, y], [ropeX, ropeY]] = [params(), views(), ropes()];
    const self = x.add(selfAttention(p.attn, layerNorm(p.norm1, x), heads, ropeX)) as tf.Tensor3D;
    const memory = layerNorm(p.norm_y as NormParams, y);
    const looked = crossAttention(p.cross_attn, [layerNorm(p.norm2, self), memory], heads, [ropeX, ropeY]);
    const crossed = self.add(looked) as tf.Tensor3D;
    const expected = crossed.add(mlp(p.mlp, layerNorm(p.norm3, crossed)));
    expectClose(decoderBlock(p, [x, y], heads, [ropeX, ropeY]), expected);
  });

  it('does not see the scale of the other view, unless the memory is not normalised', () => {
    const [[x, y], both] = [views(), ropes()];
    const larger = y.mul<tf.Tensor3D>(3);
    const normed = params();
    expectClose(decoderBlock(normed, [x, larger], heads, both), decoderBlock(normed, [x, y], heads, both), 1e-4);
    const raw = params(false);
    const difference = decoderBlock(raw, [x, larger], heads, both).sub(decoderBlock(raw, [x, y], heads, both));
    expect(difference.abs().max().dataSync()[0]).toBeGreaterThan(0.01);
  });

  it('has gradients for both views', () => {
    const [p, [x, y], both] = [params(), views(), ropes()];
    expectGradient((at) => decoderBlock(p, [at as tf.Tensor3D, y], heads, both), x);
    expectGradient((at) => decoderBlock(p, [x, at as tf.Tensor3D], heads, both), y);
  });

  it('leaves behind only its output', () => {
    const [p, pair, both] = [params(), views(), ropes()];
    expectNoLeak(() => decoderBlock(p, pair, heads, both));
  });
});
