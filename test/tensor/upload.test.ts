import { afterEach, describe, expect, it, jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { uploadNow } from '#tensor/upload.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectNoLeak } from '#test/support/no-leak.ts';

useBackend();

describe('tensor/upload: uploadNow', () => {
  const engine = () => tf.backend() as { getInputTensorIds?: (tensors: tf.Tensor[]) => number[] };
  const ownMethod = () => Object.getOwnPropertyDescriptor(engine(), 'getInputTensorIds');

  afterEach(() => {
    if (ownMethod()) Reflect.deleteProperty(engine(), 'getInputTensorIds');
  });

  it('keeps the values and makes no tensor', () => {
    const tensor = tf.tensor1d([1, 2, 3]);
    expectNoLeak(() => uploadNow(tensor));
    expect([...tensor.dataSync()]).toEqual([1, 2, 3]);
  });

  it('asks the native engine, and no other, to take the tensor in', () => {
    const tensor = tf.scalar(1);
    const getInputTensorIds = jest.fn((tensors: tf.Tensor[]) => tensors.map(({ id }) => id));
    Object.assign(engine(), { getInputTensorIds });
    uploadNow(tensor);
    expect(getInputTensorIds).toHaveBeenCalledWith([tensor]);
  });
});
