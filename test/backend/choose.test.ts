import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { useBackend } from '#test/support/backend.ts';

describe('backend/choose', () => {
  useBackend('tensorflow');
  it('multiplies', async () => {
    expect(tf.getBackend()).toBe('tensorflow');
    expect(Array.from(await tf.matMul([[1, 2]], [[3], [4]]).data())).toEqual([11]);
  });
});
