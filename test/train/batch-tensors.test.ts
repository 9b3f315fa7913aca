import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { useBackend } from '#test/support/backend.ts';
import { expectNoLeak } from '#test/support/no-leak.ts';
import { batchTensors, swapPartnerEntries, swapPartners } from '#train/batch-tensors.ts';
import { smallBatch } from './small-batch.ts';

useBackend();

describe('train/batch-tensors: batchTensors', () => {
  it("gives each row its own points and its partner's, both valid where their own image is", () => {
    const batch = smallBatch(2);
    const { images, truth } = batchTensors(batch);
    expect(images.shape).toEqual([4, 32, 48, 3]);
    expect(truth.view1.points.dataSync()).toEqual(batch.points1);
    expect(truth.view2.points.dataSync()).toEqual(batch.points2);
    expect(truth.view1.valid.dtype).toBe('bool');
    const rows = (x: tf.Tensor) => tf.unstack(x).map((row) => [...row.dataSync()]);
    const [valid1, valid2] = [rows(truth.view1.valid), rows(truth.view2.valid)];
    expect(valid1.flat()).toEqual([...batch.valid]);
    expect(valid2).toEqual([valid1[1], valid1[0], valid1[3], valid1[2]]);
  });

  it('leaves behind only its tensors', () => {
    const batch = smallBatch(1);
    expectNoLeak(() => batchTensors(batch));
  });
});

describe('train/batch-tensors: swapPartners', () => {
  it('exchanges the images of every pair, and back', () => {
    const x = tf.tensor3d([0, 1, 2, 3, 4, 5, 6, 7], [4, 1, 2]);
    expect([...swapPartners(x).dataSync()]).toEqual([2, 3, 0, 1, 6, 7, 4, 5]);
    expect(swapPartners(swapPartners(x)).dataSync()).toEqual(x.dataSync());
    expect(swapPartnerEntries(['a', 'b', 'c', 'd'])).toEqual(['b', 'a', 'd', 'c']);
  });

  it('sends the gradient of a partner to where it came from', () => {
    const dy = tf.tensor2d([1, 2, 3, 4], [4, 1]);
    const gradient = tf.grad((x: tf.Tensor) => swapPartners(x).mul(dy))(tf.ones([4, 1]));
    expect([...gradient.dataSync()]).toEqual([2, 1, 4, 3]);
  });
});
