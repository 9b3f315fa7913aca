import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expectShape } from '#tensor/shape.ts';
import { useBackend } from '#test/support/backend.ts';

useBackend();

describe('tensor/shape: expectShape', () => {
  it('accepts numbers that are equal and letters of any size', () => {
    expect(() => expectShape('image', tf.zeros([2, 4, 6, 3]), ['B', 'H', 'W', 3])).not.toThrow();
    expect(() => expectShape('scalar', tf.scalar(1), [])).not.toThrow();
  });

  it('names the tensor, the expectation and the shape when a size differs', () => {
    const check = () => expectShape('image', tf.zeros([1, 384, 512, 3]), ['B', 512, 384, 3]);
    expect(check).toThrow(new RangeError('image: expected shape [B, 512, 384, 3], got [1, 384, 512, 3]'));
  });

  it('refuses another rank', () => {
    expect(() => expectShape('x', tf.zeros([2, 3]), ['B', 3, 1])).toThrow('x: expected shape [B, 3, 1], got [2, 3]');
    expect(() => expectShape('x', tf.zeros([2, 3]), ['B'])).toThrow(RangeError);
  });

  it('takes a repeated letter as the same size', () => {
    const sizes = fc.integer({ min: 0, max: 4 });
    fc.assert(
      fc.property(sizes, sizes, (rows, columns) => {
        const check = () => expectShape('square', tf.zeros([rows, columns]), ['N', 'N']);
        if (rows === columns) expect(check).not.toThrow();
        else expect(check).toThrow(`square: expected shape [N, N], got [${rows}, ${columns}]`);
      }),
    );
  });
});
