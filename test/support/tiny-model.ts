import * as tf from '@tensorflow/tfjs';
import { type ModelConfig, presetConfig } from '#model/config.ts';
import { Dust3r } from '#model/dust3r.ts';
import { mapParams, type ParamSpec, type Params } from '#tensor/params.ts';
import { createFastRandom } from '#tensor/random.ts';

/** The smallest network with all that the large ones have; it runs in milliseconds on every engine. */
export const tinyLinear: ModelConfig = {
  ...presetConfig('tiny'),
  imageSize: [32, 48],
  landscapeOnly: false,
  encoder: { dim: 16, depth: 2, heads: 2 },
  decoder: { dim: 24, depth: 2, heads: 2 },
};

/** The same with a DPT head, which needs ten decoder blocks. */
export const tinyDpt: ModelConfig = {
  ...tinyLinear,
  decoder: { dim: 8, depth: 10, heads: 1 },
  head: { type: 'dpt', featureDim: 8, lastDim: 6, layerDims: [4, 6, 8, 10] },
};

/** A network whose weights are all random, its two decoders too: biases and norms differ from their starting values. */
export function randomModel(config: ModelConfig, seed = 1): Dust3r {
  return new Dust3r(config, (name, spec) => ({ value: randomWeight(spec, `${seed}/${name}`), isTrainable: true }));
}

/** Random weights for one part of the network. */
export function randomParams<Spec>(spec: Spec, seed = 1): Params<Spec> {
  return mapParams(spec, (leaf, name) => randomWeight(leaf, `${seed}/${name}`)) as Params<Spec>;
}

/** Normally distributed numbers, the same for the same seed. */
export function randomTensor<T extends tf.Tensor>(shape: readonly number[], seed: number | string = 1, spread = 1): T {
  const values = new Float32Array(tf.util.sizeFromShape([...shape]));
  createFastRandom(seed).fillNormal(values, spread);
  return tf.tensor(values, [...shape]) as T;
}

/** Images in [-1, 1]. */
export function randomImages(shape: [batch: number, height: number, width: number], seed = 1): tf.Tensor4D {
  return tf.tidy(() => tf.tanh(randomTensor<tf.Tensor4D>([...shape, 3], seed)));
}

/** Keeps signals at about the same size from layer to layer. */
function randomWeight({ shape, init }: ParamSpec, seed: string): tf.Tensor {
  const fanIn = tf.util.sizeFromShape(shape.slice(1));
  if (init.kind === 'ones') return tf.tidy(() => randomTensor(shape, seed, 0.3).add(1));
  return randomTensor(shape, seed, shape.length > 1 ? Math.sqrt(1 / fanIn) : 0.3);
}
