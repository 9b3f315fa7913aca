import * as tf from '@tensorflow/tfjs';
import { initialValue } from '#tensor/init.ts';
import type { ParamSpec } from '#tensor/params.ts';
import type { FreezeMode } from './config.ts';
import { isFrozen } from './dust3r-spec.ts';
import type { ParamSource } from './spec-layer.ts';

/** Weights drawn as the original draws them (spec 1.9). */
export function seededWeights(seed: number, freeze: FreezeMode = 'none'): ParamSource {
  return (name, spec) => ({
    value: tf.tensor(drawWeight(name, spec, seed), [...spec.shape]),
    isTrainable: !isFrozen(name, freeze),
  });
}

/** The starting numbers of one weight: the second decoder starts as a copy of the first. */
export function drawWeight(name: string, spec: ParamSpec, seed: number): Float32Array {
  return initialValue(spec, name.replace(/^dec_blocks2\./, 'dec_blocks.'), seed);
}
