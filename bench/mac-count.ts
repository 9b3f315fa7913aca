import type { HeadConfig, ModelConfig, TransformerConfig } from '#model/config.ts';
import { patchGrids } from '#model/patch-embed.ts';
import type { Grid } from '#model/rope2d.ts';

/** Multiply-accumulates of products and convolutions, attention's included; everything else counts nothing. */
export interface MacCount {
  readonly encoderPerImage: number;
  /** Both sides, with the embedding of both images. */
  readonly decoder: number;
  readonly headPerImage: number;
  /** One ordered pair: two images encoded, decoded, both heads. */
  readonly pair: number;
}

/** Counts the network as the paper draws it (spec 1.1's column GMAC), not the cheaper order in which ours may compute. */
export function countMacs(config: ModelConfig, [height, width]: readonly [number, number]): MacCount {
  const { encoder, decoder, mlpRatio, patchSize } = config;
  const [grid] = patchGrids([height, width], [[height, width]], patchSize) as [Grid];
  const tokens = grid.rows * grid.columns;
  const encoderPerImage =
    tokens * 3 * patchSize ** 2 * encoder.dim + encoder.depth * blockMacs(encoder, mlpRatio, tokens);
  const side =
    tokens * encoder.dim * decoder.dim +
    decoder.depth * (blockMacs(decoder, mlpRatio, tokens) + attentionMacs(decoder.dim, tokens));
  const headPerImage = headMacs(config, grid);
  const pair = 2 * (encoderPerImage + side + headPerImage);
  return { encoderPerImage, decoder: 2 * side, headPerImage, pair };
}

function blockMacs({ dim }: TransformerConfig, mlpRatio: number, tokens: number): number {
  return attentionMacs(dim, tokens) + tokens * 2 * dim * mlpRatio * dim;
}

/** Self- or cross-attention of as many queries as keys: four projections and two products. */
function attentionMacs(dim: number, tokens: number): number {
  return tokens * 4 * dim ** 2 + 2 * tokens ** 2 * dim;
}

function headMacs({ head, confMode, encoder, decoder, patchSize }: ModelConfig, grid: Grid): number {
  const channels = confMode ? 4 : 3;
  if (head.type === 'linear') return grid.rows * grid.columns * decoder.dim * channels * patchSize ** 2;
  return dptMacs(head, { encoderDim: encoder.dim, decoderDim: decoder.dim, channels }, grid);
}

type DptHead = Extract<HeadConfig, { type: 'dpt' }>;
type DptEnds = { encoderDim: number; decoderDim: number; channels: number };

function dptMacs(head: DptHead, { encoderDim, decoderDim, channels }: DptEnds, { rows, columns }: Grid): number {
  const { featureDim: F, lastDim, layerDims } = head;
  const [d1, d2, d3, d4] = layerDims;
  const area = rows * columns;
  const coarseArea = Math.ceil(rows / 2) * Math.ceil(columns / 2);
  const conv3x3 = (input: number, output: number, pixels: number) => 9 * input * output * pixels;
  const residualUnits = (count: number, pixels: number) => count * 2 * conv3x3(F, F, pixels);
  const projections = area * (encoderDim * d1 + 16 * d1 ** 2 + decoderDim * (d2 + d3 + d4) + 4 * d2 ** 2);
  const branches =
    conv3x3(d4, d4, coarseArea) +
    [d1, d2, d3, d4].reduce(
      (sum, d, i) => sum + conv3x3(d, F, [16 * area, 4 * area, area, coarseArea][i] as number),
      0,
    );
  const fusion =
    residualUnits(1, coarseArea) +
    residualUnits(2, area + 4 * area + 16 * area) +
    F ** 2 * (4 * coarseArea + 4 * area + 16 * area + 64 * area);
  const output = conv3x3(F, F / 2, 64 * area) + conv3x3(F / 2, lastDim, 256 * area) + lastDim * channels * 256 * area;
  return projections + branches + fusion + output;
}
