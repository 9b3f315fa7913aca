import { beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { chooseBackend } from '#backend/choose.ts';
import { runOp, runOpOutputs } from '#backend/native/execute.ts';

describe('backend/native/execute', () => {
  let isAbsent = false;

  beforeAll(async () => {
    await chooseBackend('tensorflow').catch((error: Error) => {
      isAbsent = true;
      console.warn(`not tested: ${error.message}`);
    });
  });

  it('runs an op of TensorFlow with attributes of several kinds', () => {
    if (isAbsent) return;
    const [x, axis] = [
      tf.tensor2d([
        [1, 2],
        [3, 4],
      ]),
      tf.scalar(1, 'int32'),
    ];
    const sum = runOp('Sum', { types: { T: 'float32', Tidx: 'int32' }, bools: { keep_dims: true } }, [x, axis]);
    expect(sum.shape).toEqual([2, 1]);
    expect(Array.from(sum.dataSync())).toEqual([3, 7]);
    tf.dispose([x, axis, sum]);
  });

  it('runs one with several outputs', () => {
    if (isAbsent) return;
    const x = tf.tensor1d([1, 2, 3]);
    const parts = runOpOutputs('Unpack', { types: { T: 'float32' }, ints: { num: 3, axis: 0 } }, [x], 3);
    expect(parts.map((part) => part.dataSync()[0])).toEqual([1, 2, 3]);
    tf.dispose([x, parts]);
  });
});
