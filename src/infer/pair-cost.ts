import * as tf from '@tensorflow/tfjs';
import type { ModelConfig, TransformerConfig } from '#model/config.ts';

/** What the network takes for one image, and for one ordered pair of encoded images. */
export interface PairCost {
  readonly encodeSeconds: number;
  readonly decodeSeconds: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Whole passes reach about this share of the speed of a bare product (bench/forward.ts: 0.87 on a CPU). */
const SHARE_OF_PRODUCT = 0.8;

/** The cost of images of a size on an engine that does so many multiplications and additions a second in a product. */
export function modelPairCost(config: ModelConfig, size: Size, macsPerSecond: number): PairCost {
  const { encoder, decoder, mlpRatio, patchSize } = config;
  const tokens = Math.ceil((size.width * size.height) / patchSize ** 2);
  const encode = tokens * 3 * patchSize ** 2 * encoder.dim + encoder.depth * blockMacs(encoder, mlpRatio, tokens);
  const side =
    tokens * encoder.dim * decoder.dim +
    decoder.depth * (blockMacs(decoder, mlpRatio, tokens) + attentionMacs(decoder.dim, tokens));
  const speed = SHARE_OF_PRODUCT * macsPerSecond;
  return { encodeSeconds: encode / speed, decodeSeconds: (2 * (side + headMacs(config, size))) / speed };
}

function blockMacs({ dim }: TransformerConfig, mlpRatio: number, tokens: number): number {
  return attentionMacs(dim, tokens) + 2 * tokens * dim ** 2 * mlpRatio;
}

function attentionMacs(dim: number, tokens: number): number {
  return 4 * tokens * dim ** 2 + 2 * tokens ** 2 * dim;
}

/** Of a DPT head with 256 features, for each pixel of the image (94 GMAC at 512×384). */
const DPT_MACS_PER_PIXEL = 480e3;

function headMacs({ head, decoder }: ModelConfig, { width, height }: Size): number {
  const pixels = width * height;
  return head.type === 'linear' ? 4 * pixels * decoder.dim : pixels * DPT_MACS_PER_PIXEL * (head.featureDim / 256) ** 2;
}

const ROWS = 256;
const WIDTH = 1024;

/** Multiplications and additions a second in a product of [256, 1024] × [1024, 1024]: the better of two after a first. */
export async function measureProductSpeed(): Promise<number> {
  const [a, b] = [tf.ones([ROWS, WIDTH]), tf.ones([WIDTH, WIDTH])];
  try {
    let seconds = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 3; run++) {
      const startedAt = performance.now();
      const product = tf.matMul(a, b);
      await product.data();
      product.dispose();
      if (run > 0) seconds = Math.min(seconds, (performance.now() - startedAt) / 1e3);
    }
    return (ROWS * WIDTH * WIDTH) / Math.max(seconds, 1e-6);
  } finally {
    tf.dispose([a, b]);
  }
}
