import type * as tf from '@tensorflow/tfjs';
import { hasBfloat16, packBfloat16 } from '#tensor/packed-weight.ts';
import type { ParamSource } from './spec-layer.ts';

/** How the products of the transformer blocks are computed; heads, norms and attention stay in float32. */
export type Precision = 'float32' | 'bfloat16';

const blockProduct = /^(enc_blocks|dec_blocks2?)\..*\.(qkv|proj|projq|projk|projv|fc1|fc2)\.weight$/;

/** @throws Error where the engine does not have it */
export function expectPrecision(precision: Precision): void {
  if (precision === 'bfloat16') expectBfloat16('precision bfloat16');
}

/**
 * A weight as inference in this precision wants it. In bfloat16 those of the blocks' products are rounded, which frees
 * the given tensor: half their memory, about twice the speed on processors with bfloat16 instructions. A network of
 * such weights can be neither trained nor saved.
 */
export function inPrecision(precision: Precision, name: string, value: tf.Tensor): tf.Tensor {
  if (precision === 'float32' || !blockProduct.test(name)) return value;
  const packed = packBfloat16(value as tf.Tensor2D);
  value.dispose();
  return packed;
}

/** The same for a whole source of weights. */
export function sourceInPrecision(precision: Precision, source: ParamSource): ParamSource {
  expectPrecision(precision);
  return (name, spec) => {
    const weight = source(name, spec);
    return { ...weight, value: inPrecision(precision, name, weight.value) };
  };
}

/**
 * A source whose network trains in mixed precision: the products of the transformer blocks, forward and backward, are
 * computed in bfloat16. The weights stay float32, and so do patch embedding, norms, attention, heads and losses. The
 * same holds while the network is evaluated; its weights can be saved and loaded as any others.
 * @throws Error where the engine does not have it
 */
export function mixedPrecision(source: ParamSource): ParamSource {
  expectBfloat16('mixed precision');
  return (name, spec) => ({ ...source(name, spec), hasMixedProducts: blockProduct.test(name) });
}

function expectBfloat16(subject: string): void {
  if (!hasBfloat16())
    throw new Error(
      `${subject}: expected the native engine on a CPU, which alone has it; run \`dust3r setup\`, or use float32`,
    );
}
