import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { expectPrecision, sourceInPrecision } from '#model/bfloat16-weights.ts';
import { forInference, presetConfig } from '#model/config.ts';
import { Dust3r } from '#model/dust3r.ts';
import { seededWeights } from '#model/initial-weights.ts';
import { hasBfloat16 } from '#tensor/packed-weight.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose } from '#test/support/expect-close.ts';
import { randomImages } from '#test/support/tiny-model.ts';

useBackend();

const config = forInference(presetConfig('tiny'));
const networkIn = (precision: 'float32' | 'bfloat16') =>
  new Dust3r(config, sourceInPrecision(precision, seededWeights(1)));

describe('model/bfloat16-weights', () => {
  it('is refused by name on an engine that has none', () => {
    expect(() => expectPrecision('float32')).not.toThrow();
    if (hasBfloat16()) expect(() => expectPrecision('bfloat16')).not.toThrow();
    else expect(() => expectPrecision('bfloat16')).toThrow('precision bfloat16: expected the native engine');
  });

  it('rounds the products of the blocks only, and predicts nearly the same', () => {
    if (!hasBfloat16()) return console.warn(`bfloat16: not tested, since the engine is ${tf.getBackend()}`);
    const [exact, rounded] = [networkIn('float32'), networkIn('bfloat16')];
    const packed = [...rounded.weights()].filter(([, value]) => value.dtype === 'int32').map(([name]) => name);
    expect(packed).toHaveLength(4 * config.encoder.depth + 16 * config.decoder.depth);
    expect(packed.every((name) => name.includes('blocks'))).toBe(true);
    const images = randomImages([1, 64, 80], 3);
    const tokens = [exact, rounded].map((network) => network.encode(images).tokens) as [tf.Tensor, tf.Tensor];
    expectClose(tokens[1], tokens[0], 0.03);
    for (const network of [exact, rounded]) network.dispose();
  });

  it('frees the weights that it rounds', () => {
    if (!hasBfloat16()) return console.warn(`bfloat16: not tested, since the engine is ${tf.getBackend()}`);
    const before = tf.memory().numTensors;
    const network = networkIn('bfloat16');
    expect(tf.memory().numTensors - before).toBe(network.weights().size);
    network.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
