import { afterEach, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { AdamW, type AdamWNumbers, plainAdamWStep } from '#optim/adamw.ts';
import { hasKernel } from '#tensor/kernel.ts';
import { runOnLists } from '#tensor/overwrite.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose } from '#test/support/expect-close.ts';
import { randomTensor } from '#test/support/tiny-model.ts';

useBackend();
afterEach(() => tf.disposeVariables());

const variable = (shape: number[], seed: string, trainable = true) => tf.variable(randomTensor(shape, seed), trainable);
const named = (entries: Record<string, tf.Variable>) => new Map(Object.entries(entries));
const gradientsOf = (variables: ReadonlyMap<string, tf.Variable>, seed: number) =>
  new Map([...variables].map(([name, { shape }]) => [name, randomTensor(shape, `${seed}/${name}`)]));

/** One number through PyTorch's formula, in double precision. */
function reference(start: number, gradients: readonly number[], rate: number, decay: number): number {
  let [p, m, v] = [start, 0, 0];
  gradients.forEach((g, i) => {
    p *= 1 - rate * decay;
    m = 0.9 * m + 0.1 * g;
    v = 0.95 * v + 0.05 * g * g;
    p -= ((rate / (1 - 0.9 ** (i + 1))) * m) / (Math.sqrt(v / (1 - 0.95 ** (i + 1))) + 1e-8);
  });
  return p;
}

describe('optim/adamw: AdamW', () => {
  it('follows the formula over several steps, and decays matrices only', () => {
    const variables = named({
      'fc.weight': tf.variable(tf.tensor2d([[2, -1]])),
      'fc.bias': tf.variable(tf.tensor2d([[3]])),
      'norm.weight': tf.variable(tf.tensor1d([4])),
    });
    const optimizer = new AdamW(variables);
    const gradients = [0.5, -2, 1e-3];
    for (const g of gradients)
      optimizer.step(new Map([...variables].map(([name, { shape }]) => [name, tf.fill(shape, g)])), 0.1);
    const after = (name: string) => (variables.get(name) as tf.Variable).dataSync()[0];
    expect(after('fc.weight')).toBeCloseTo(reference(2, gradients, 0.1, 0.05), 5);
    expect(after('fc.bias')).toBeCloseTo(reference(3, gradients, 0.1, 0), 5);
    expect(after('norm.weight')).toBeCloseTo(reference(4, gradients, 0.1, 0), 5);
    expect(optimizer.steps).toBe(3);
  });

  it('takes other betas and no decay, as the alignment does', () => {
    const x = tf.variable(tf.tensor2d([[1]]));
    new AdamW(named({ x }), { betas: [0.9, 0.9], weightDecay: 0 }).step(new Map([['x', tf.tensor2d([[-7]])]]), 0.01);
    expect(x.dataSync()[0]).toBeCloseTo(1.01, 6);
  });

  it('moves nothing at a rate of 0, but the moments', async () => {
    const variables = named({ w: variable([3, 2], 'w') });
    const start = variables.get('w')?.dataSync();
    const optimizer = new AdamW(variables);
    optimizer.step(gradientsOf(variables, 1), 0);
    expect(variables.get('w')?.dataSync()).toEqual(start);
    expect(Math.abs((await optimizer.state().get('w.mean')?.data())?.[0] as number)).toBeGreaterThan(0);
  });

  it('skips wholly what has no gradient, and counts its steps by itself', async () => {
    const variables = named({ used: variable([2, 2], 'a'), unused: variable([2, 2], 'b') });
    const start = variables.get('unused')?.dataSync();
    const optimizer = new AdamW(variables);
    const all = gradientsOf(variables, 1);
    optimizer.step(new Map([['used', all.get('used') as tf.Tensor]]), 0.1);
    expect(variables.get('unused')?.dataSync()).toEqual(start);
    expect([...optimizer.state().keys()]).toEqual(['used.mean', 'used.square', 'used.steps']);
    optimizer.step(all, 0.1);
    expect([...((await optimizer.state().get('unused.steps')?.data()) ?? [])]).toEqual([1]);
    expect(optimizer.steps).toBe(2);
  });

  it('leaves frozen variables out, and refuses gradients of unknown ones', () => {
    const optimizer = new AdamW(named({ frozen: variable([2], 'a', false) }));
    expect(() => optimizer.step(new Map([['frozen', tf.zeros([2])]]), 0.1)).toThrow(
      'AdamW: expected gradients of its trainable variables, got one of "frozen"',
    );
  });

  it("computes the same by the engine's kernel and by plain ops, on tensors of several sizes", () => {
    if (!hasKernel('Dust3rAdamW')) return;
    const shapes = [[37, 53], [1], [130, 257]];
    const lists = ['parameter', 'gradient', 'mean', 'square'].map((name) =>
      shapes.map((shape, i) => tf.abs(randomTensor(shape, `${name}${i}`))),
    ) as [tf.Tensor[], tf.Tensor[], tf.Tensor[], tf.Tensor[]];
    const steps = shapes.map((_, i): AdamWNumbers => [0.01, 0.9, 0.95, 1e-8, 0.05 * i, 0.19, 0.0975, 1 / (i + 1)]);
    const plain = steps.map((step, i) =>
      plainAdamWStep(lists.map((list) => list[i]) as unknown as Parameters<typeof plainAdamWStep>[0], step),
    );
    runOnLists('Dust3rAdamW', lists, [tf.tensor2d(steps.map((step) => [...step]))]);
    plain.forEach((outputs, i) => {
      [lists[0], lists[2], lists[3]].forEach((list, part) => {
        expectClose(list[i] as tf.Tensor, outputs[part] as tf.Tensor, 1e-6);
      });
    });
  });

  it('changes no tensor and no array that shares its values with a variable', () => {
    const array = Float32Array.from({ length: 12 }, (_, i) => i);
    const start = tf.tensor2d(array, [4, 3]);
    const variables = named({ w: tf.variable(start) });
    const values = array.slice();
    const optimizer = new AdamW(variables);
    optimizer.step(gradientsOf(variables, 1), 0.1);
    const clone = (variables.get('w') as tf.Variable).clone();
    const afterOne = clone.dataSync();
    optimizer.step(gradientsOf(variables, 2), 0.1);
    expect(start.dataSync()).toEqual(values);
    expect(array).toEqual(values);
    expect(clone.dataSync()).toEqual(afterOne);
    expect(variables.get('w')?.dataSync()).not.toEqual(afterOne);
  });

  it('multiplies the gradients with a factor', () => {
    const [scaled, plain] = [named({ w: variable([4, 3], 'w') }), named({ w: variable([4, 3], 'w') })];
    const gradients = gradientsOf(scaled, 1);
    new AdamW(scaled, { epsilon: 1 }).step(gradients, 0.1, 0.25);
    new AdamW(plain, { epsilon: 1 }).step(new Map([...gradients].map(([name, g]) => [name, g.mul(0.25)])), 0.1);
    expect(scaled.get('w')?.dataSync()).toEqual(plain.get('w')?.dataSync());
  });

  it('goes on from a saved state as if it had not stopped, to the last bit', async () => {
    const variables = named({ 'a.weight': variable([4, 3], 'a'), 'a.bias': variable([4], 'b') });
    const first = new AdamW(variables);
    for (const seed of [1, 2]) first.step(gradientsOf(variables, seed), 0.1);
    const values = new Map([...variables].map(([name, weight]) => [name, weight.dataSync().slice()]));
    const saved = new Map<string, { shape: readonly number[]; data: () => Promise<Float32Array> }>();
    for (const [name, { shape, data }] of first.state()) {
      const copy = Float32Array.from(await data());
      saved.set(name, { shape, data: async () => copy });
    }
    first.step(gradientsOf(variables, 3), 0.1);
    const again = named(
      Object.fromEntries(
        [...values].map(([name, data]) => [name, tf.variable(tf.tensor(data, variables.get(name)?.shape))]),
      ),
    );
    const second = new AdamW(again);
    for (let attempt = 0; attempt < 2; attempt++) await second.restore(saved);
    expect(second.steps).toBe(2);
    const mean = (await saved.get('a.weight.mean')?.data())?.slice();
    second.step(gradientsOf(again, 3), 0.1);
    expect(await saved.get('a.weight.mean')?.data()).toEqual(mean);
    for (const [name, weight] of again) expect(weight.dataSync()).toEqual(variables.get(name)?.dataSync());
  });

  it('refuses the state of another model, and stays as it was', async () => {
    const variables = named({ w: variable([2, 2], 'w') });
    const other = named({ w: variable([3, 3], 'w') });
    const more = named({ w: variable([2, 2], 'w'), v: variable([2, 2], 'v') });
    const [optimizer, misshapen, larger] = [new AdamW(variables), new AdamW(other), new AdamW(more)];
    optimizer.step(gradientsOf(variables, 1), 0.1);
    misshapen.step(gradientsOf(other, 1), 0.1);
    larger.step(gradientsOf(more, 1), 0.1);
    const before = await optimizer.state().get('w.mean')?.data();
    await expect(optimizer.restore(misshapen.state())).rejects.toThrow(
      'AdamW: expected "w.mean" of shape [2, 2], got [3, 3]; it is of another model',
    );
    await expect(optimizer.restore(larger.state())).rejects.toThrow('the saved tensor "v.mean" belongs to no variable');
    const half = new Map([...optimizer.state()].filter(([name]) => name !== 'w.square'));
    await expect(optimizer.restore(half)).rejects.toThrow('AdamW: expected a saved tensor "w.square", found none');
    expect(await optimizer.state().get('w.mean')?.data()).toEqual(before);
  });

  it('keeps the number of tensors, step after step, within a tidy too', () => {
    const variables = named({ 'a.weight': variable([4, 3], 'a'), 'a.bias': variable([4], 'b') });
    const optimizer = new AdamW(variables);
    const step = (seed: number) => tf.tidy(() => optimizer.step(gradientsOf(variables, seed), 0.1));
    step(0);
    const before = tf.memory().numTensors;
    for (let seed = 1; seed < 4; seed++) step(seed);
    expect(tf.memory().numTensors).toBe(before);
    optimizer.dispose();
    expect(tf.memory().numTensors).toBe(before - 4);
  });
});
