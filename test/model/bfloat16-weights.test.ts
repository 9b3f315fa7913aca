import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { expectPrecision, mixedPrecision, sourceInPrecision } from '#model/bfloat16-weights.ts';
import { forInference, presetConfig } from '#model/config.ts';
import { Dust3r } from '#model/dust3r.ts';
import { seededWeights } from '#model/initial-weights.ts';
import { isMixed } from '#tensor/mixed-linear.ts';
import { hasBfloat16 } from '#tensor/packed-weight.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose } from '#test/support/expect-close.ts';
import { randomImages, tinyLinear } from '#test/support/tiny-model.ts';

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

describe('model/bfloat16-weights: mixedPrecision', () => {
  const native = (run: () => void) => () => {
    if (hasBfloat16()) run();
    else expect(() => mixedPrecision(seededWeights(1))).toThrow('mixed precision: expected the native engine');
  };
  const networks = () => [
    new Dust3r(tinyLinear, seededWeights(1)),
    new Dust3r(tinyLinear, mixedPrecision(seededWeights(1))),
  ];

  /** Distance of both pointmaps to fixed random ones. */
  function loss(network: Dust3r): tf.Scalar {
    const views = [1, 2].map((seed) => network.encode(randomImages([2, 32, 48], seed)));
    const { view1, view2 } = network.predict(...(views as [(typeof views)[0], (typeof views)[0]]));
    const target = randomImages([2, 32, 48], 3);
    return tf.add(view1.points.sub(target).square().mean(), view2.points.sub(target).square().mean());
  }

  it(
    'keeps every weight in float32, and has the products of the blocks, and only these, in bfloat16',
    native(() => {
      const [, network] = networks() as [Dust3r, Dust3r];
      const weights = [...network.weights()];
      expect(weights.every(([, weight]) => weight.dtype === 'float32' && weight.trainable)).toBe(true);
      const mixed = weights.filter(([, weight]) => isMixed(weight)).map(([name]) => name);
      const { encoder, decoder } = tinyLinear;
      expect(mixed).toHaveLength(4 * encoder.depth + 16 * decoder.depth);
      expect(mixed.every((name) => /^(enc|dec)_blocks2?\..*\.weight$/.test(name))).toBe(true);
    }),
  );

  it(
    'gives gradients within 2 % of those of float32, recomputed blocks or not',
    native(() => {
      const [exact, mixed] = networks() as [Dust3r, Dust3r];
      const gradients = (network: Dust3r) => {
        const { grads } = tf.variableGrads(() => loss(network));
        return [...network.weights().values()].flatMap(({ name }) => grads[name] ?? []);
      };
      const expected = gradients(exact);
      const actual = gradients(mixed);
      mixed.recomputeBlocks = true;
      const recomputed = gradients(mixed);
      const length = (tensors: tf.Tensor[]) => Math.hypot(...tensors.map((x) => x.norm().dataSync()[0] as number));
      const errors = expected.map((gradient, i) => gradient.sub(actual[i] as tf.Tensor));
      expect(length(errors) / length(expected)).toBeLessThan(0.02);
      expect(length(errors)).toBeGreaterThan(0);
      recomputed.forEach((gradient, i) => {
        expectClose(gradient, actual[i] as tf.Tensor, 0);
      });
    }),
  );

  it(
    'follows the losses of float32 in training: within 2 % over 30 steps of Adam',
    native(() => {
      const curves = networks().map((network) => {
        const adam = tf.train.adam(1e-3);
        const variables = [...network.weights()].filter(([name]) => name !== 'mask_token').map(([, weight]) => weight);
        const step = () => tf.tidy(() => adam.minimize(() => loss(network), true, variables)?.dataSync()[0] as number);
        return Array.from({ length: 30 }, step);
      });
      const [exact, mixed] = curves as [number[], number[]];
      expect(exact.at(-1)).toBeLessThan(0.5 * (exact[0] as number));
      exact.forEach((want, i) => {
        expect(Math.abs((mixed[i] as number) / want - 1)).toBeLessThan(0.02);
      });
    }),
  );
});
