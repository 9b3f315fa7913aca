import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { randomModel } from '#infer/random-model.ts';
import { forInference, presetConfig } from '#model/config.ts';
import { useBackend } from '#test/support/backend.ts';
import { weightsOf } from './hub-folder.ts';

useBackend();

describe('infer/random-model: randomModel', () => {
  const drawn = (seed?: number) => {
    const model = randomModel('tiny', seed === undefined ? {} : { seed });
    const weights = weightsOf(model);
    model.dispose();
    return weights;
  };

  it('has the shape of its preset and takes images as they are', () => {
    const before = tf.memory().numTensors;
    const model = randomModel('tiny');
    expect(model.config).toEqual(forInference(presetConfig('tiny')));
    expect(tf.memory().numTensors - before).toBe(model.weights().size);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('has the same weights for the same seed, and others for another', () => {
    const name = 'enc_blocks.0.attn.qkv.weight';
    expect(drawn(3)).toEqual(drawn(3));
    expect(drawn()).toEqual(drawn(0));
    expect(drawn(3).get(name)).not.toEqual(drawn(4).get(name));
  });

  it('starts both decoders alike', () => {
    const weights = drawn();
    expect(weights.get('dec_blocks2.1.mlp.fc1.weight')).toEqual(weights.get('dec_blocks.1.mlp.fc1.weight'));
  });

  it('lists the presets when there is none of that name', () => {
    expect(() => randomModel('huge')).toThrow(/expected one of 224-linear, .*, tiny, got "huge"/);
  });
});
