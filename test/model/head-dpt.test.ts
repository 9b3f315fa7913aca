import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { type DptHeadParams, type DptTokens, dptAliases, dptHead, dptHeadSpec, dptHooks } from '#model/head-dpt.ts';
import type { Grid } from '#model/rope2d.ts';
import { listParams, mapParams } from '#tensor/params.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose, expectGradient } from '#test/support/expect-close.ts';
import { expectNoLeak } from '#test/support/no-leak.ts';
import { randomParams, randomTensor } from '#test/support/tiny-model.ts';

useBackend();

// Ten million numbers take the plain JavaScript engine a minute.
const large = process.env['DUST3R_TEST_BACKEND'] === 'cpu' ? it.skip : it;

const [encoderDim, decoderDim, channels] = [5, 6, 4];
const layerDims = [3, 4, 5, 6] as const;
const spec = dptHeadSpec({ featureDim: 4, lastDim: 3, layerDims, encoderDim, decoderDim, channels });

function randomTokens({ rows, columns }: Grid, B = 1): DptTokens {
  const layer = (dim: number, i: number) => randomTensor<tf.Tensor3D>([B, rows * columns, dim], `layer ${i}`);
  return [layer(encoderDim, 1), layer(decoderDim, 2), layer(decoderDim, 3), layer(decoderDim, 4)];
}

type Conv = { weight: tf.Tensor; bias?: tf.Tensor };
type Fusion = DptHeadParams['dpt']['scratch']['refinenet1'];

const conv = (p: Conv, x: tf.Tensor4D, stride = 1) => {
  const pad = p.weight.shape[2] === 3 ? 1 : 0;
  return tf.conv2d(x, p.weight.transpose([2, 3, 1, 0]) as tf.Tensor4D, stride, pad).add<tf.Tensor4D>(p.bias ?? 0);
};
const upConv = (p: Conv, x: tf.Tensor4D) => {
  const [, output, k] = p.weight.shape as [number, number, number];
  const [B, h, w] = x.shape;
  const filter = p.weight.transpose([2, 3, 1, 0]) as tf.Tensor4D;
  return tf.conv2dTranspose(x, filter, [B, h * k, w * k, output], k, 'valid').add<tf.Tensor4D>(p.bias as tf.Tensor);
};
const double = (x: tf.Tensor4D) => tf.image.resizeBilinear(x, [2 * x.shape[1], 2 * x.shape[2]], true);
const residual = (p: Fusion['resConfUnit1'], x: tf.Tensor4D) =>
  conv(p.conv2, conv(p.conv1, x.relu()).relu()).add<tf.Tensor4D>(x);
const fuse = (p: Fusion, x: tf.Tensor4D, skip?: tf.Tensor4D) => {
  const merged = skip ? x.add<tf.Tensor4D>(residual(p.resConfUnit1, skip)) : x;
  return conv(p.out_conv, double(residual(p.resConfUnit2, merged)));
};

/** The head as the specification's table has it, step by step: transposed convolutions, out_conv after upsampling. */
function plainDptHead({ dpt: p }: DptHeadParams, tokens: DptTokens, { rows, columns }: Grid): tf.Tensor4D {
  const [[a1, up1], [a2, up2], [a3], [a4, down4]] = p.act_postprocess;
  const maps = tokens.map((t) => t.reshape([t.shape[0], rows, columns, -1]) as tf.Tensor4D);
  const [t1, t2, t3, t4] = maps as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  const s = p.scratch;
  const x1 = conv(s.layer1_rn, upConv(up1, conv(a1, t1)));
  const x2 = conv(s.layer2_rn, upConv(up2, conv(a2, t2)));
  const x3 = conv(s.layer3_rn, conv(a3, t3));
  const x4 = conv(s.layer4_rn, conv(down4, conv(a4, t4), 2));
  const path4 = fuse(s.refinenet4, x4).slice([0, 0, 0, 0], [-1, rows, columns, -1]);
  const path1 = fuse(s.refinenet1, fuse(s.refinenet2, fuse(s.refinenet3, path4, x3), x2), x1);
  return conv(p.head['4'], conv(p.head['2'], double(conv(p.head['0'], path1))).relu());
}

describe('model/head-dpt: dptHead', () => {
  it.each([
    [3, 5],
    [5, 2],
    [2, 4],
    [1, 1],
  ])('agrees with the plain head of the specification on %i×%i patches', (rows, columns) => {
    const grid = { rows, columns };
    const [p, tokens] = [randomParams(spec), randomTokens(grid, 2)];
    const output = dptHead(p, tokens, grid);
    expect(output.shape).toEqual([2, 16 * rows, 16 * columns, channels]);
    expectClose(output, plainDptHead(p, tokens, grid), 1e-4);
  });

  large('agrees with it where the last convolutions run in several strips', () => {
    const grid = { rows: 46, columns: 47 };
    const wide = dptHeadSpec({ featureDim: 32, lastDim: 2, layerDims, encoderDim, decoderDim, channels });
    const [p, tokens] = [randomParams(wide), randomTokens(grid)];
    expectClose(dptHead(p, tokens, grid), plainDptHead(p, tokens, grid), 1e-4);
  });

  it('does not use the first residual unit of refinenet4', () => {
    const grid = { rows: 2, columns: 3 };
    const [p, tokens] = [randomParams(spec), randomTokens(grid)];
    const { scratch } = p.dpt;
    const other = randomParams(spec, 2).dpt.scratch.refinenet4.resConfUnit1;
    const refinenet4 = { ...scratch.refinenet4, resConfUnit1: other };
    const changed = { dpt: { ...p.dpt, scratch: { ...scratch, refinenet4 } } };
    expectClose(dptHead(changed, tokens, grid), dptHead(p, tokens, grid), 0);
  });

  it('has gradients for all four layers of tokens', () => {
    const grid = { rows: 3, columns: 2 };
    const [p, tokens] = [randomParams(spec), randomTokens(grid)];
    for (const [i, layer] of tokens.entries()) {
      const headOf = (at: tf.Tensor) => dptHead(p, tokens.with(i, at as tf.Tensor3D) as unknown as DptTokens, grid);
      expectGradient(headOf, layer, { step: 1e-3, tolerance: 3e-2 });
    }
  });

  it('has the gradients of the plain head for all weights that it uses', () => {
    const grid = { rows: 3, columns: 2 };
    const [initial, tokens] = [listParams(spec, randomParams(spec)), randomTokens(grid)];
    const variables = mapParams(spec, (_, name) => tf.variable(initial.get(name) as tf.Tensor)) as DptHeadParams;
    const dy = randomTensor([1, 48, 32, channels], 'dy');
    const gradients = (head: typeof dptHead) =>
      tf.variableGrads(() => tf.sum(tf.mul(head(variables, tokens, grid), dy)) as tf.Scalar).grads;
    const [actual, expected] = [gradients(dptHead), gradients(plainDptHead)];
    for (const [name, variable] of listParams(spec, variables)) {
      const gradient = actual[(variable as tf.Variable).name];
      if (name.includes('refinenet4.resConfUnit1')) expect(gradient).toBeUndefined();
      else expectClose(gradient as tf.Tensor, expected[(variable as tf.Variable).name] as tf.Tensor, 1e-3);
    }
  });

  it('leaves behind only its output', () => {
    const grid = { rows: 3, columns: 2 };
    const [p, tokens] = [randomParams(spec), randomTokens(grid)];
    expectNoLeak(() => dptHead(p, tokens, grid));
  });
});

describe('model/head-dpt: dptHooks', () => {
  it('reads the encoder, the middle, three quarters and the end of the decoder', () => {
    expect(dptHooks(12)).toEqual([0, 6, 9, 12]);
    expect(dptHooks(10)).toEqual([0, 5, 7, 10]);
  });
});

describe('model/head-dpt: dptAliases', () => {
  it('maps the numbered branch convolutions to ours, which count from one', () => {
    const aliases = dptAliases('downstream_head1');
    expect(aliases).toHaveLength(4);
    expect(aliases[0]).toEqual([
      'downstream_head1.dpt.scratch.layer_rn.0.weight',
      'downstream_head1.dpt.scratch.layer1_rn.weight',
    ]);
  });
});
