import { describe, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { softmaxGradient } from '#tensor/softmax.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose } from '#test/support/expect-close.ts';
import { randomTensor } from '#test/support/tiny-model.ts';

useBackend();

describe('tensor/softmax: softmaxGradient', () => {
  it('is the product of dy with the Jacobian diag(y) − y yᵀ', () => {
    const [logits, dy] = [randomTensor<tf.Tensor1D>([7], 'logits'), randomTensor<tf.Tensor1D>([7], 'dy')];
    const y = logits.softmax();
    const jacobian = tf.diag(y).sub<tf.Tensor2D>(tf.outerProduct(y, y));
    expectClose(softmaxGradient(y, dy), tf.dot(jacobian, dy), 1e-5);
  });

  it('works on the last axis of a batch', () => {
    const [y, dy] = [randomTensor<tf.Tensor3D>([2, 3, 5]).softmax(), randomTensor<tf.Tensor3D>([2, 3, 5], 'dy')];
    const row = (x: tf.Tensor3D) => x.slice([1, 2, 0], [1, 1, 5]);
    expectClose(row(softmaxGradient(y, dy)), softmaxGradient(row(y), row(dy)), 1e-6);
  });
});
