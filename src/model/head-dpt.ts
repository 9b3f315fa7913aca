import * as tf from '@tensorflow/tfjs';
import { type Params, param } from '#tensor/params.ts';
import { type ConvParams, conv1x1, conv2d, convSpec, fanInUniform, paddedConv2d, upConvSpec } from './layers.ts';
import { pixelShuffle } from './pixel-shuffle.ts';
import type { Grid } from './rope2d.ts';

/** Channel numbers of the dense prediction head (spec 1.6). */
export interface DptConfig {
  readonly featureDim: number;
  readonly lastDim: number;
  /** Channels of the four branches, from the finest to the coarsest. */
  readonly layerDims: readonly [number, number, number, number];
}

export interface DptHeadConfig extends DptConfig {
  readonly encoderDim: number;
  readonly decoderDim: number;
  readonly channels: number;
}

const residualUnitSpec = (dim: number) => ({ conv1: convSpec(dim, dim, 3), conv2: convSpec(dim, dim, 3) });
type ResidualUnitParams = Params<ReturnType<typeof residualUnitSpec>>;

const fusionSpec = (dim: number) => ({
  out_conv: convSpec(dim, dim, 1),
  resConfUnit1: residualUnitSpec(dim),
  resConfUnit2: residualUnitSpec(dim),
});
type FusionParams = Params<ReturnType<typeof fusionSpec>>;

const branchConvSpec = (input: number, output: number) => ({
  weight: param([output, input, 3, 3], fanInUniform(input * 9)),
});

export const dptHeadSpec = (config: DptHeadConfig) => {
  const { featureDim, lastDim, layerDims, encoderDim, decoderDim } = config;
  const [d1, d2, d3, d4] = layerDims;
  return {
    dpt: {
      scratch: {
        layer1_rn: branchConvSpec(d1, featureDim),
        layer2_rn: branchConvSpec(d2, featureDim),
        layer3_rn: branchConvSpec(d3, featureDim),
        layer4_rn: branchConvSpec(d4, featureDim),
        refinenet1: fusionSpec(featureDim),
        refinenet2: fusionSpec(featureDim),
        refinenet3: fusionSpec(featureDim),
        refinenet4: fusionSpec(featureDim),
      },
      head: {
        '0': convSpec(featureDim, featureDim / 2, 3),
        '2': convSpec(featureDim / 2, lastDim, 3),
        '4': convSpec(lastDim, config.channels, 1),
      },
      act_postprocess: [
        [convSpec(encoderDim, d1, 1), upConvSpec(d1, 4)],
        [convSpec(decoderDim, d2, 1), upConvSpec(d2, 2)],
        [convSpec(decoderDim, d3, 1)],
        [convSpec(decoderDim, d4, 1), convSpec(d4, d4, 3)],
      ] as const,
    },
  };
};
export type DptHeadParams = Params<ReturnType<typeof dptHeadSpec>>;

/** Tokens of the encoder's output and of three decoder layers, each [B, N, C]. */
export type DptTokens = readonly [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];

/** Which entries of the decoder's list (0 is the encoder's output) the head reads. */
export function dptHooks(decoderDepth: number): readonly [number, number, number, number] {
  return [0, Math.floor((decoderDepth * 2) / 4), Math.floor((decoderDepth * 3) / 4), decoderDepth];
}

/** Files may hold the branch convolutions under a second name, or under both. Maps it to ours. */
export function dptAliases(prefix: string): readonly (readonly [alias: string, name: string])[] {
  return [1, 2, 3, 4].map((i) => [
    `${prefix}.dpt.scratch.layer_rn.${i - 1}.weight`,
    `${prefix}.dpt.scratch.layer${i}_rn.weight`,
  ]);
}

/** Tokens of four layers → raw channels [B, 16·rows, 16·columns, channels], by fusion from coarse to fine. */
export function dptHead({ dpt: p }: DptHeadParams, tokens: DptTokens, grid: Grid): tf.Tensor4D {
  return tf.tidy(() => {
    const [x1, x2, x3, x4] = branches(p, tokens, grid);
    const { refinenet1, refinenet2, refinenet3, refinenet4 } = p.scratch;
    const [, h3, w3] = x3.shape;
    const path4 = upsample2(fuse(refinenet4, x4)).slice([0, 0, 0, 0], [-1, h3, w3, -1]);
    const path3 = upsample2(fuse(refinenet3, path4, x3));
    const path2 = upsample2(fuse(refinenet2, path3, x2));
    const path1 = upsample2(fuse(refinenet1, path2, x1));
    const full = tf.tidy(() => upsample2(conv2d(p.head['0'], path1)));
    const strips = rowStrips(full).map(({ strip, rowPadding }) =>
      tf.tidy(() => conv1x1(p.head['4'], paddedConv2d(p.head['2'], strip(), { stride: 1, rowPadding }).relu())),
    );
    return tf.concat(strips, 1);
  });
}

/** A strip of the feature map at full resolution has at most this many numbers. */
const NUMBERS_PER_STRIP = 2 ** 23;

/**
 * Cuts [B, H, W, C] into strips of rows for a 3×3 convolution: each has its neighbours' nearest row, or padding at the
 * border. At full resolution a feature map is the largest tensor of the network, and three of them would exist at once.
 */
function rowStrips(x: tf.Tensor4D): { strip: () => tf.Tensor4D; rowPadding: readonly [number, number] }[] {
  const [B, H, W, C] = x.shape;
  const count = Math.min(H, Math.ceil(x.size / NUMBERS_PER_STRIP));
  const edges = Array.from({ length: count + 1 }, (_, i) => Math.round((i * H) / count));
  return edges.slice(1).map((end, i) => {
    const [above, below] = [i === 0 ? 0 : 1, end === H ? 0 : 1];
    const first = (edges[i] as number) - above;
    return {
      strip: () => x.slice([0, first, 0, 0], [B, end + below - first, W, C]),
      rowPadding: [1 - above, 1 - below] as const,
    };
  });
}

/** The four feature maps at 4, 2, 1 and ½ times the token grid, all with featureDim channels. */
function branches(p: DptHeadParams['dpt'], tokens: DptTokens, { rows, columns }: Grid) {
  const [act1, act2, act3, act4] = p.act_postprocess;
  const maps = tokens.map((t) => t.reshape([t.shape[0], rows, columns, t.shape[2]]) as tf.Tensor4D);
  const [t1, t2, t3, t4] = maps as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  const { layer1_rn, layer2_rn, layer3_rn, layer4_rn } = p.scratch;
  return [
    tf.tidy(() => conv2d(layer1_rn, upConv(act1[1], conv1x1(act1[0], t1)))),
    tf.tidy(() => conv2d(layer2_rn, upConv(act2[1], conv1x1(act2[0], t2)))),
    tf.tidy(() => conv2d(layer3_rn, conv1x1(act3[0], t3))),
    tf.tidy(() => conv2d(layer4_rn, conv2d(act4[1], conv1x1(act4[0], t4), 2))),
  ] as const;
}

/**
 * One refinement step before its upsampling. The 1×1 convolution is done here, before the upsampling and not after
 * it as in the paper's figure: the two commute exactly, and this costs a quarter. Without a skip connection the first
 * residual unit is not used.
 */
function fuse(p: FusionParams, x: tf.Tensor4D, skip?: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => {
    const merged = skip ? x.add<tf.Tensor4D>(residualUnit(p.resConfUnit1, skip)) : x;
    return conv1x1(p.out_conv, residualUnit(p.resConfUnit2, merged));
  });
}

function residualUnit(p: ResidualUnitParams, x: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => conv2d(p.conv2, conv2d(p.conv1, x.relu()).relu()).add(x));
}

function upsample2(x: tf.Tensor4D): tf.Tensor4D {
  const [, h, w] = x.shape;
  return tf.image.resizeBilinear(x, [2 * h, 2 * w], true);
}

/** Transposed convolution with stride = kernel size: no overlap, so a matrix product and a pixel shuffle. */
function upConv(p: ConvParams, x: tf.Tensor4D): tf.Tensor4D {
  const [input, output, kernel] = p.weight.shape as [number, number, number];
  const [B, h, w] = x.shape;
  const weight: tf.Tensor2D = p.weight.reshape([input, output * kernel ** 2]);
  const rows: tf.Tensor2D = x.reshape([-1, input]);
  const spread = rows.matMul(weight);
  return pixelShuffle(spread.reshape([B, h, w, output * kernel ** 2]), kernel).add(p.bias);
}
