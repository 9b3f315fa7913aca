import { afterEach, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { WeightAverage } from '#optim/ema.ts';
import { useBackend } from '#test/support/backend.ts';

useBackend();
afterEach(() => tf.disposeVariables());

const weight = (value: number, trainable = true) => tf.variable(tf.tensor1d([value]), trainable);
const set = (variable: tf.Variable, value: number) => tf.tidy(() => variable.assign(tf.tensor1d([value])));
const numberOf = (variable: tf.Tensor) => variable.dataSync()[0];
const averageOf = async (average: WeightAverage) => (await average.state().get('w')?.data())?.[0];

describe('optim/ema: WeightAverage', () => {
  it('follows the weights by its decay, faster in its first updates', async () => {
    const w = weight(0);
    const average = new WeightAverage(new Map([['w', w]]), 0.5);
    set(w, 11);
    average.update(); // d = 2/11
    expect(await averageOf(average)).toBeCloseTo(9, 5);
    for (let i = 0; i < 40; i++) average.update();
    set(w, 0);
    average.update(); // d = 0.5
    expect(await averageOf(average)).toBeCloseTo(5.5, 5);
  });

  it('changes no tensor that shares its values with an average', async () => {
    const w = weight(0);
    const average = new WeightAverage(new Map([['w', w]]), 0.5);
    set(w, 11);
    average.update();
    const shared = await average.during(() => w.clone());
    average.update();
    expect(numberOf(shared)).toBeCloseTo(9, 5);
    expect(await averageOf(average)).toBeGreaterThan(9.1);
  });

  it('stands in for the weights while something runs, and gives them back when it fails', async () => {
    const w = weight(0);
    const average = new WeightAverage(new Map([['w', w]]), 0.5);
    set(w, 11);
    average.update();
    expect(await average.during(() => numberOf(w))).toBeCloseTo(9, 5);
    expect(numberOf(w)).toBe(11);
    await expect(average.during(() => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
    expect(numberOf(w)).toBe(11);
    expect(await averageOf(average)).toBeCloseTo(9, 5);
  });

  it('goes on from a saved state as if it had not stopped', async () => {
    const w = weight(4);
    const variables = new Map([['w', w]]);
    const [first, second] = [new WeightAverage(variables, 0.9), new WeightAverage(variables, 0.9)];
    set(w, 1);
    first.update();
    await second.restore(first.state());
    set(w, 7);
    first.update();
    second.update();
    expect(await averageOf(second)).toBe(await averageOf(first));
  });

  it('refuses the state of another model', async () => {
    const one = new WeightAverage(new Map([['w', weight(1)]]), 0.9);
    const other = new WeightAverage(new Map([['v', weight(1)]]), 0.9);
    await expect(one.restore(other.state())).rejects.toThrow('the saved tensor "v" belongs to no variable');
    expect(await averageOf(one)).toBe(1);
  });

  it('leaves frozen weights out, and refuses a decay that is none', () => {
    expect([...new WeightAverage(new Map([['w', weight(1, false)]]), 0.9).state().keys()]).toEqual(['updates']);
    expect(() => new WeightAverage(new Map(), 1)).toThrow('expected a decay from 0 to below 1, got 1');
  });

  it('keeps the number of tensors', async () => {
    const average = new WeightAverage(new Map([['w', weight(1)]]), 0.9);
    const before = tf.memory().numTensors;
    average.update();
    await average.during(() => undefined);
    expect(tf.memory().numTensors).toBe(before);
    average.dispose();
    expect(tf.memory().numTensors).toBe(before - 1);
  });
});
