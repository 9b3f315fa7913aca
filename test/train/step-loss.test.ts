import { afterEach, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { useBackend } from '#test/support/backend.ts';
import { expectClose } from '#test/support/expect-close.ts';
import { randomImages, randomModel, tinyDpt, tinyLinear } from '#test/support/tiny-model.ts';
import { makeCriterion } from '#train/losses/make-criterion.ts';
import { parseCriterion } from '#train/losses/notation.ts';
import { evaluateBatch, predictSymmetrized } from '#train/step-loss.ts';
import { smallBatch } from './small-batch.ts';

useBackend();
afterEach(() => tf.disposeVariables());

const mixed = { patchEmbed: 'ManyAR_PatchEmbed', landscapeOnly: true } as const;

describe('train/step-loss: predictSymmetrized', () => {
  it.each([
    ['linear', { ...tinyLinear, ...mixed }],
    ['dpt', { ...tinyDpt, ...mixed }],
  ])('predicts each row as the pair of its image and its partner, portraits too: %s', (_, config) => {
    const model = randomModel(config);
    const images = randomImages([4, 32, 48]);
    const shapes = [
      [48, 32],
      [32, 48],
      [32, 48],
      [32, 48],
    ] as const;
    const { view1, view2 } = predictSymmetrized(model, images, shapes);
    for (const row of [0, 1, 2, 3]) {
      const encode = (i: number) => model.encode(images.slice([i], [1]), [shapes[i] as (typeof shapes)[0]]);
      const alone = model.predict(encode(row), encode(row ^ 1));
      expectClose(view1.points.slice([row], [1]), alone.view1.points, 1e-5);
      expectClose(view2.points.slice([row], [1]), alone.view2.points, 1e-5);
      expectClose(view2.confidence?.slice([row], [1]) as tf.Tensor, alone.view2.confidence as tf.Tensor, 1e-5);
    }
  });
});

describe('train/step-loss: evaluateBatch', () => {
  it('gives the loss and its details, and keeps no tensor', async () => {
    const model = randomModel(tinyLinear);
    const criterion = makeCriterion(parseCriterion('Regr3D_ScaleShiftInv(L21, gt_scale=True)'));
    const before = tf.memory().numTensors;
    const { loss, details } = await evaluateBatch(model, criterion, smallBatch());
    expect(tf.memory().numTensors).toBe(before);
    const [distance1, distance2] = Object.values(details) as [number, number];
    expect(Object.keys(details)).toEqual(['Regr3D_ScaleShiftInv_pts3d_1', 'Regr3D_ScaleShiftInv_pts3d_2']);
    expect(loss).toBeCloseTo(distance1 + distance2, 4);
    expect(loss).toBeGreaterThan(0);
  });
});
