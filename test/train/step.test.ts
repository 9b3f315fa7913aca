import { afterEach, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { Dust3r } from '#model/dust3r.ts';
import { seededWeights } from '#model/initial-weights.ts';
import { AdamW } from '#optim/adamw.ts';
import { WeightAverage } from '#optim/ema.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose } from '#test/support/expect-close.ts';
import { randomModel, tinyDpt, tinyLinear } from '#test/support/tiny-model.ts';
import type { Criterion } from '#train/criterion.ts';
import { makeCriterion } from '#train/losses/make-criterion.ts';
import { parseCriterion } from '#train/losses/notation.ts';
import { NonFiniteLossError, TrainStep } from '#train/step.ts';
import { smallBatch } from './small-batch.ts';

useBackend();
afterEach(() => tf.disposeVariables());

const criterion = makeCriterion(parseCriterion("ConfLoss(Regr3D(L21, norm_mode='avg_dis'), alpha=0.2)"));
const mixed = { patchEmbed: 'ManyAR_PatchEmbed', landscapeOnly: true } as const;

const newStep = (model: Dust3r, options: Partial<ConstructorParameters<typeof TrainStep>[0]> = {}) =>
  new TrainStep({ model, criterion, optimizer: new AdamW(model.weights()), ...options });

const valuesOf = (model: Dust3r) => new Map([...model.weights()].map(([name, weight]) => [name, weight.dataSync()]));

describe('train/step: TrainStep', () => {
  it.each([
    ['linear', tinyLinear, []],
    ['dpt, with a portrait image', { ...tinyDpt, ...mixed }, [1]],
  ])('brings the loss of a batch down: %s', async (_, config, portraits) => {
    const step = newStep(new Dust3r(config, seededWeights(1)));
    const batch = smallBatch(1, portraits);
    const losses: number[] = [];
    for (let i = 0; i < 5; i++) {
      losses.push((await step.accumulate(batch)).loss);
      expect((await step.update(3e-3)).gradientNorm).toBeGreaterThan(0);
    }
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) - 0.02);
  });

  it('updates by the mean over micro-batches, and reports the loss of each', async () => {
    const [together, apart] = [randomModel(tinyLinear), randomModel(tinyLinear)];
    const [one, two] = [newStep(together), newStep(apart, { accumIter: 2 })];
    const first = await one.accumulate(smallBatch());
    for (let i = 0; i < 2; i++) expect((await two.accumulate(smallBatch())).loss).toBe(first.loss);
    const [norm, sameNorm] = [await one.update(1e-3), await two.update(1e-3)];
    expect(sameNorm.gradientNorm).toBeCloseTo(norm.gradientNorm, 4);
    for (const [name, values] of valuesOf(apart))
      expectClose(values, valuesOf(together).get(name) as Float32Array, 1e-5);
  });

  it('drops the gradients of left-over micro-batches', async () => {
    const [model, same] = [randomModel(tinyLinear), randomModel(tinyLinear)];
    const [step, clean] = [newStep(model), newStep(same)];
    await step.accumulate(smallBatch(2, [], 7));
    step.discard();
    for (const each of [step, clean]) {
      await each.accumulate(smallBatch());
      await each.update(1e-3);
    }
    expect(valuesOf(model)).toEqual(valuesOf(same));
  });

  it('clips by the global norm, which it reports as it was', async () => {
    const model = randomModel(tinyLinear);
    const optimizer = new AdamW(model.weights());
    const step = newStep(model, { optimizer, maxGradientNorm: 0.01 });
    await step.accumulate(smallBatch());
    const { gradientNorm } = await step.update(1e-3);
    expect(gradientNorm).toBeGreaterThan(0.1);
    let sum = 0;
    for (const [name, { data }] of optimizer.state())
      if (name.endsWith('.mean')) for (const mean of await data()) sum += (10 * mean) ** 2;
    expect(Math.sqrt(sum)).toBeCloseTo(0.01, 5);
  });

  it('moves an average along with the weights', async () => {
    const model = randomModel(tinyLinear);
    const average = new WeightAverage(model.weights(), 0.99);
    const step = newStep(model, { average });
    await step.accumulate(smallBatch());
    await step.update(1e-3);
    expect([...((await average.state().get('updates')?.data()) ?? [])]).toEqual([1]);
  });

  it('trains the same to the last bit when blocks are recomputed', async () => {
    const config = { ...tinyLinear, ...mixed };
    const [model, recomputed] = [randomModel(config), randomModel(config)];
    recomputed.recomputeBlocks = true;
    for (const each of [model, recomputed]) {
      const step = newStep(each);
      for (const seed of [1, 2]) {
        await step.accumulate(smallBatch(1, [0], seed));
        await step.update(1e-3);
      }
    }
    expect(valuesOf(recomputed)).toEqual(valuesOf(model));
  });

  it('keeps the number of tensors, step after step', async () => {
    const step = newStep(randomModel(tinyLinear));
    const counts: number[] = [];
    for (let i = 0; i < 4; i++) {
      await step.accumulate(smallBatch());
      await step.update(1e-3);
      counts.push(tf.memory().numTensors);
    }
    expect(new Set(counts).size).toBe(1);
  });

  it('needs something to train, and gradients to update with', async () => {
    const model = randomModel(tinyLinear);
    for (const weight of model.weights().values()) weight.trainable = false;
    expect(() => newStep(model)).toThrow('expected a network with trainable weights, got none');
    await expect(newStep(randomModel(tinyLinear)).update(1e-3)).rejects.toThrow('no gradients since the last update');
  });
});

describe('train/step: what is not finite', () => {
  /** A criterion that spoils its value, or only its gradient, at the batch of this number. */
  const spoiled = (at: number, spoil: (loss: tf.Scalar) => tf.Scalar): Criterion => {
    let calls = 0;
    return (truth, prediction) => {
      const { loss, details } = criterion(truth, prediction);
      return { loss: calls++ === at ? spoil(loss) : loss, details };
    };
  };
  const infiniteGradient = tf.customGrad((...args) => ({
    value: (args[0] as tf.Tensor).clone(),
    gradFunc: (dy) => dy.mul(Number.POSITIVE_INFINITY),
  }));

  it('stops a step by its loss before the weights are touched', async () => {
    const model = randomModel(tinyLinear);
    const step = newStep(model, { criterion: spoiled(1, (loss) => loss.mul(Number.NaN)) });
    await step.accumulate(smallBatch());
    await step.update(1e-3);
    const [weights, tensors] = [valuesOf(model), tf.memory().numTensors];
    const error = await step.accumulate(smallBatch()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NonFiniteLossError);
    expect((error as NonFiniteLossError).step).toBe(1);
    expect((error as Error).message).toMatch(
      /^training: expected a finite loss in step 1, got loss NaN, conf_loss_1 [\d.-]+, conf_loss2 .*Regr3D_pts3d_1 .*; the weights are those before this step/,
    );
    expect(valuesOf(model)).toEqual(weights);
    expect(tf.memory().numTensors).toBe(tensors);
    await step.accumulate(smallBatch());
    await step.update(1e-3);
  });

  it('stops a step by its gradient too', async () => {
    const model = randomModel(tinyLinear);
    const step = newStep(model, { criterion: spoiled(0, (loss) => infiniteGradient(loss) as tf.Scalar) });
    const weights = valuesOf(model);
    await step.accumulate(smallBatch());
    await expect(step.update(1e-3)).rejects.toThrow('expected a finite gradient in step 0');
    expect(valuesOf(model)).toEqual(weights);
  });
});
