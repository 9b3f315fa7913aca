import * as tf from '@tensorflow/tfjs';
import { gelu } from '#tensor/gelu.ts';
import { layerNorm as normalize } from '#tensor/layer-norm.ts';
import { linear as float32Linear } from '#tensor/linear.ts';
import { isMixed, mixedLinear } from '#tensor/mixed-linear.ts';
import { mlp as float32Mlp, mixedMlp } from '#tensor/mlp.ts';
import { isPacked, packedLinear } from '#tensor/packed-weight.ts';
import { type Initializer, type Params, param } from '#tensor/params.ts';

const zeros: Initializer = { kind: 'zeros' };
export const LAYER_NORM_EPSILON = 1e-6;

/** A fully connected layer of the transformer: Xavier-uniform weight, zero bias (spec 1.9). */
export const linearSpec = (input: number, output: number) => ({
  weight: param([output, input], { kind: 'xavierUniform', fanIn: input, fanOut: output }),
  bias: param([output], zeros),
});
export type LinearParams = Params<ReturnType<typeof linearSpec>>;

/** A fully connected layer of a head, which keeps PyTorch's default: weight and bias U(±1/√fan_in). */
export const headLinearSpec = (input: number, output: number) => ({
  weight: param([output, input], fanInUniform(input)),
  bias: param([output], fanInUniform(input)),
});

export const normSpec = (dim: number) => ({
  weight: param([dim], { kind: 'ones' }),
  bias: param([dim], zeros),
});
export type NormParams = Params<ReturnType<typeof normSpec>>;

export const mlpSpec = (dim: number, hidden: number) => ({
  fc1: linearSpec(dim, hidden),
  fc2: linearSpec(hidden, dim),
});
export type MlpParams = Params<ReturnType<typeof mlpSpec>>;

export const convSpec = (input: number, output: number, kernel: number) => ({
  weight: param([output, input, kernel, kernel], fanInUniform(input * kernel * kernel)),
  bias: param([output], fanInUniform(input * kernel * kernel)),
});
export type ConvParams = Params<ReturnType<typeof convSpec>>;

/** A transposed convolution whose stride is its kernel size; PyTorch counts its fan-in on the output channels. */
export const upConvSpec = (channels: number, kernel: number) => ({
  weight: param([channels, channels, kernel, kernel], fanInUniform(channels * kernel * kernel)),
  bias: param([channels], fanInUniform(channels * kernel * kernel)),
});

export function fanInUniform(fanIn: number): Initializer {
  return { kind: 'uniform', bound: 1 / Math.sqrt(fanIn) };
}

/** x Wᵀ + b over the last axis; the weight's kind says in which precision it is multiplied. */
export function linear<T extends tf.Tensor>({ weight, bias }: LinearParams, x: T): T {
  if (isPacked(weight)) return packedLinear(x, [weight, bias]);
  return isMixed(weight) ? mixedLinear(x, [weight, bias]) : float32Linear(x, [weight, bias]);
}

export function layerNorm<T extends tf.Tensor>(p: NormParams, x: T): T {
  return normalize(x, [p.weight, p.bias], LAYER_NORM_EPSILON);
}

export function mlp<T extends tf.Tensor>({ fc1, fc2 }: MlpParams, x: T): T {
  if (isPacked(fc1.weight)) return linear(fc2, gelu(linear(fc1, x)));
  const compute = isMixed(fc1.weight) ? mixedMlp : float32Mlp;
  return compute(x, [
    [fc1.weight, fc1.bias],
    [fc2.weight, fc2.bias],
  ]);
}

/**
 * Convolution with zero padding of (kernel − 1)/2 on every side, as in PyTorch. It is spelt out because TF's 'same'
 * pads even sizes on one side only where there is a stride (spec pitfall 10).
 */
export function conv2d(p: { weight: tf.Tensor; bias?: tf.Tensor }, x: tf.Tensor4D, stride = 1): tf.Tensor4D {
  const border = ((p.weight.shape[2] as number) - 1) / 2;
  return paddedConv2d(p, x, { stride, rowPadding: [border, border] });
}

/** The same with a padding of its own above and below, for a strip of a larger image. */
export function paddedConv2d(
  p: { weight: tf.Tensor; bias?: tf.Tensor },
  x: tf.Tensor4D,
  { stride, rowPadding }: { stride: number; rowPadding: readonly [above: number, below: number] },
): tf.Tensor4D {
  const border = ((p.weight.shape[2] as number) - 1) / 2;
  const padding: tf.backend_util.ExplicitPadding = [[0, 0], [...rowPadding], [border, border], [0, 0]];
  return tf.tidy(() => {
    const filter = p.weight.transpose([2, 3, 1, 0]) as tf.Tensor4D;
    const y = tf.conv2d(x, filter, stride, padding);
    return p.bias ? y.add<tf.Tensor4D>(p.bias) : y;
  });
}

/** 1×1 convolution, which is a linear layer on the channels. [B, H, W, I] → [B, H, W, O] */
export function conv1x1(p: ConvParams, x: tf.Tensor4D): tf.Tensor4D {
  const [output, input] = p.weight.shape as [number, number];
  return linear({ weight: p.weight.reshape([output, input]), bias: p.bias }, x);
}
