import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { linear, linearSpec } from '#model/layers.ts';
import { type ParamSource, SpecLayer, scoped } from '#model/spec-layer.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose } from '#test/support/expect-close.ts';
import { expectNoLeak } from '#test/support/no-leak.ts';
import { randomTensor } from '#test/support/tiny-model.ts';

useBackend();

const spec = { first: linearSpec(3, 4), second: linearSpec(4, 2) };

class TwoLinears extends SpecLayer<typeof spec> {
  static readonly className = 'TwoLinears';

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? (inputs[0] as tf.Tensor) : inputs;
    return linear(this.params.second, linear(this.params.first, x));
  }
}

const source: ParamSource = (name, { shape }) => ({
  value: randomTensor(shape, name),
  isTrainable: !name.startsWith('first'),
});

describe('model/spec-layer: SpecLayer', () => {
  it('lists its weights, and apart those that train', () => {
    const layer = new TwoLinears(spec, source);
    expect(layer.weights.map(({ shape }) => shape)).toEqual(expect.arrayContaining([[4, 3], [4], [2, 4], [2]]));
    expect(layer.weights).toHaveLength(4);
    expect(layer.trainableWeights.map(({ shape }) => shape)).toEqual([[2, 4], [2]]);
    expect(layer.countParams()).toBe(12 + 4 + 8 + 2);
  });

  it('holds the values that its source gives, as variables', () => {
    const { params } = new TwoLinears(spec, source);
    expectClose(params.first.weight, randomTensor([4, 3], 'first.weight'), 0);
    expect(params.first.weight).toBeInstanceOf(tf.Variable);
    expect((params.first.weight as tf.Variable).trainable).toBe(false);
    expect((params.second.bias as tf.Variable).trainable).toBe(true);
  });

  it('applies its function eagerly and leaves behind only the output', () => {
    const layer = new TwoLinears(spec, source);
    const x = randomTensor([5, 3]);
    const { first, second } = layer.params;
    expectClose(layer.apply(x) as tf.Tensor, linear(second, linear(first, x)), 0);
    expectNoLeak(() => tf.tidy(() => layer.apply(x) as tf.Tensor));
  });

  it('gives the weights that train gradients through tf.variableGrads, and the frozen ones none', () => {
    const layer = new TwoLinears(spec, source);
    const x = randomTensor([5, 3]);
    const { grads } = tf.variableGrads(() => tf.sum(layer.apply(x) as tf.Tensor) as tf.Scalar);
    const { first, second } = layer.params;
    expectClose(grads[(second.bias as tf.Variable).name] as tf.Tensor, [5, 5]);
    expect(grads[(first.bias as tf.Variable).name]).toBeUndefined();
  });

  it('takes the tensors over: as many live with it as it has weights, and none after its weights are gone', () => {
    const before = tf.memory().numTensors;
    const layer = new TwoLinears(spec, source);
    expect(tf.memory().numTensors - before).toBe(4);
    tf.dispose(layer.params as unknown as tf.TensorContainer);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('lets two layers of one kind live side by side', () => {
    const names = [1, 2].flatMap(() => new TwoLinears(spec, source).weights.map(({ name }) => name));
    expect(new Set(names).size).toBe(8);
  });
});

describe('model/spec-layer: scoped', () => {
  it('puts the branch before the name, and is the branch for a single leaf', () => {
    const names: string[] = [];
    const noting: ParamSource = (name) => {
      names.push(name);
      return { value: tf.scalar(0), isTrainable: true };
    };
    const leaf = { shape: [], init: { kind: 'zeros' } } as const;
    scoped(noting, 'dec_blocks.3')('norm1.weight', leaf);
    scoped(noting, 'mask_token')('', leaf);
    expect(names).toEqual(['dec_blocks.3.norm1.weight', 'mask_token']);
  });
});
