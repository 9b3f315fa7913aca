import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import type { ModelConfig } from '#model/config.ts';
import { Dust3r } from '#model/dust3r.ts';
import { seededWeights } from '#model/initial-weights.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectNoLeak } from '#test/support/no-leak.ts';
import { randomImages, randomModel, randomTensor, tinyDpt, tinyLinear } from '#test/support/tiny-model.ts';

useBackend();

const mixed = { patchEmbed: 'ManyAR_PatchEmbed', landscapeOnly: true } as const;
const variants: [name: string, config: ModelConfig][] = [
  ['linear', tinyLinear],
  ['dpt, mixed orientations', { ...tinyDpt, ...mixed }],
];
const unused = /^mask_token$|refinenet4\.resConfUnit1/;

/** All outputs of a pair of batches side by side: [N], in which every output has its own weight. */
function outputs(model: Dust3r): tf.Tensor1D {
  const shapes = model.config.landscapeOnly
    ? ([
        [32, 48],
        [48, 32],
      ] as const)
    : undefined;
  const views = [1, 2].map((seed) => model.encode(randomImages([shapes?.length ?? 1, 32, 48], seed), shapes));
  const { view1, view2 } = model.predict(...(views as [(typeof views)[0], (typeof views)[0]]));
  const parts = [view1.points, view1.confidence, view2.points, view2.confidence] as tf.Tensor[];
  return tf.concat(parts.map((part) => part.reshape([-1])));
}

/** A linear function of the outputs, weighted at random. */
function gradientsOf(model: Dust3r): Map<string, tf.Tensor | undefined> {
  const { grads } = tf.variableGrads(() => {
    const values = outputs(model);
    return values.mul(randomTensor(values.shape, 'weights')).mean() as tf.Scalar;
  });
  return new Map([...model.weights()].map(([name, { name: id }]) => [name, grads[id]]));
}

const largest = (x: tf.Tensor) => x.abs().max().dataSync()[0] as number;

describe('model/dust3r: training', () => {
  it.each(variants)('gives every weight that the network uses a finite gradient: %s', (_, config) => {
    const model = randomModel(config);
    for (const [name, gradient] of gradientsOf(model)) {
      if (unused.test(name)) expect([name, gradient]).toEqual([name, undefined]);
      else expect([name, Number.isFinite(largest(gradient as tf.Tensor))]).toEqual([name, true]);
    }
    model.dispose();
  });

  it('reaches both decoders, both heads and the encoder with gradients that are not zero', () => {
    const gradients = gradientsOf(randomModel(tinyLinear));
    const names = [...gradients.keys()].filter((name) => !unused.test(name));
    for (const name of names) expect([name, largest(gradients.get(name) as tf.Tensor) > 0]).toEqual([name, true]);
  });

  it('leaves the frozen encoder alone, and enc_norm and decoder_embed trainable', () => {
    const model = new Dust3r(tinyLinear, seededWeights(1, 'encoder'));
    const gradients = gradientsOf(model);
    const without = [...gradients].filter(([, gradient]) => !gradient).map(([name]) => name.split('.')[0]);
    expect([...new Set(without)]).toEqual(['mask_token', 'patch_embed', 'enc_blocks']);
    expect(gradients.get('enc_norm.bias')).toBeDefined();
    for (const [name, weight] of model.weights())
      expect(weight.trainable).toBe(!without.includes(name.split('.')[0] as string));
  });

  it.each([
    ['patch_embed.proj.weight', tinyLinear],
    ['dec_blocks.0.cross_attn.projk.weight', tinyLinear],
    ['dec_blocks2.1.norm_y.weight', tinyLinear],
    ['downstream_head2.proj.bias', tinyLinear],
    ['downstream_head1.dpt.act_postprocess.0.1.weight', tinyDpt],
    ['downstream_head2.dpt.scratch.layer3_rn.weight', tinyDpt],
  ])('has gradients that agree with finite differences: %s', (name, config) => {
    const model = randomModel(config);
    const weight = model.weights().get(name) as tf.Variable;
    const start = tf.clone(weight);
    const gradient = gradientsOf(model).get(name) as tf.Tensor;
    const length = gradient.norm().dataSync()[0] as number;
    const step = 0.003 * (start.norm().dataSync()[0] as number);
    const lossAt = (distance: number) => {
      tf.tidy(() => weight.assign(start.add(gradient.mul(distance / length))));
      const values = tf.tidy(() => outputs(model));
      return meanProduct(values.dataSync(), randomTensor(values.shape, 'weights').dataSync());
    };
    const slope = (lossAt(step) - lossAt(-step)) / (2 * step);
    expect(slope / length).toBeGreaterThan(0.97);
    expect(slope / length).toBeLessThan(1.03);
  });

  it.each(variants)('has the same gradients to the last bit when its blocks are recomputed: %s', (_, config) => {
    const model = randomModel(config);
    const plain = gradientsOf(model);
    model.recomputeBlocks = true;
    for (const [name, gradient] of gradientsOf(model))
      expect([name, gradient?.dataSync()]).toEqual([name, plain.get(name)?.dataSync()]);
    expectNoLeak(() => tf.tidy(() => [...gradientsOf(model).values()].filter((gradient) => gradient) as tf.Tensor[]));
  });

  it('recomputes blocks with a frozen encoder, which has no gradients then either', () => {
    const model = new Dust3r(tinyLinear, seededWeights(1, 'encoder'));
    const plain = gradientsOf(model);
    model.recomputeBlocks = true;
    for (const [name, gradient] of gradientsOf(model))
      expect([name, gradient?.dataSync()]).toEqual([name, plain.get(name)?.dataSync()]);
  });

  it('leaves behind only the gradients', () => {
    const model = randomModel(tinyLinear);
    expectNoLeak(() => tf.tidy(() => [...gradientsOf(model).values()].filter((gradient) => gradient) as tf.Tensor[]));
  });
});

function meanProduct(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum / a.length;
}
