import { afterEach, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { holdAlone, holdVariableAlone, isHeldAlone } from '#tensor/overwrite.ts';
import { useBackend } from '#test/support/backend.ts';

useBackend();
afterEach(() => tf.disposeVariables());

describe('tensor/overwrite', () => {
  it('takes a copy of a tensor that comes from elsewhere, in its place', () => {
    const values = Float32Array.of(-0, 2e-38, -3.4e38, Number.POSITIVE_INFINITY);
    const x = tf.tensor1d(values);
    const before = tf.memory().numTensors;
    const copy = holdAlone(x);
    expect([x.isDisposed, isHeldAlone(copy), tf.memory().numTensors - before]).toEqual([true, true, 0]);
    expect(Buffer.from(copy.dataSync().buffer).equals(Buffer.from(values.buffer))).toBe(true);
    expect(holdAlone(copy)).toBe(copy);
    copy.dispose();
  });

  it('takes another one while a clone shares its values', () => {
    const x = holdAlone(tf.tensor1d([1, 2]));
    const clone = x.clone();
    expect([isHeldAlone(x), isHeldAlone(clone)]).toEqual([false, false]);
    clone.dispose();
    expect(isHeldAlone(x)).toBe(true);
    x.dispose();
  });

  it('gives a variable values of its own, and leaves one that has them', () => {
    const start = tf.tensor1d([3, 4]);
    const variable = tf.variable(start);
    holdVariableAlone(variable);
    expect(isHeldAlone(variable)).toBe(true);
    expect([...start.dataSync(), ...variable.dataSync()]).toEqual([3, 4, 3, 4]);
    const { dataId } = variable;
    const before = tf.memory().numTensors;
    holdVariableAlone(variable);
    expect(variable.dataId).toBe(dataId);
    expect(tf.memory().numTensors).toBe(before);
    start.dispose();
  });
});
