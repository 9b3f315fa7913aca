import { beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { chooseBackend } from '#backend/choose.ts';
import { runChain } from '#backend/native/chain.ts';

describe('backend/native/chain', () => {
  let isAbsent = false;

  beforeAll(async () => {
    await chooseBackend('tensorflow').catch((error: Error) => {
      isAbsent = true;
      console.warn(`not tested: ${error.message}`);
    });
  });

  it('computes through types that tfjs does not know, and gives tensors that it does', () => {
    if (isAbsent) return;
    const x = tf.tensor2d([[1, 2 ** -9, 1 + 2 ** -9, 3]]);
    const before = tf.memory().numTensors;
    const [rounded, squares] = runChain([x], (chain, [id]) => {
      const narrow = chain.cast(id as number, 'float32', 'bfloat16');
      const product = chain.product([narrow, narrow], 'bfloat16', 'a');
      return [
        chain.cast(chain.reshape(narrow, [4], 'bfloat16'), 'bfloat16', 'float32'),
        chain.cast(product, 'bfloat16', 'float32'),
      ];
    }) as [tf.Tensor, tf.Tensor];
    expect(Array.from(rounded.dataSync())).toEqual([1, 2 ** -9, 1, 3]);
    expect([squares.shape, squares.dataSync()[15]]).toEqual([[4, 4], 9]);
    expect(tf.memory().numTensors).toBe(before + 2);
    tf.dispose([x, rounded, squares]);
  });

  it('frees what it made when an op fails', () => {
    if (isAbsent) return;
    const x = tf.zeros([2, 3]);
    let made = -1;
    const failing = () =>
      runChain([x], (chain, [id]) => {
        made = chain.cast(id as number, 'float32', 'bfloat16');
        return [chain.product([id as number, id as number], 'float32')];
      });
    expect(failing).toThrow('[2,3]');
    expect(() => runChain([], (chain) => [chain.cast(made, 'bfloat16', 'float32')])).toThrow('not referenced');
    x.dispose();
  });
});
