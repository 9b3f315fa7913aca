import * as tf from '@tensorflow/tfjs';
import { type OpCase, one, op, POSITIVE } from './op-case.ts';

export const layout: OpCase[] = [
  op('transpose, rank 4', [[2, 3, 4, 5]], (x) => tf.transpose(x, [0, 2, 1, 3])),
  op('transpose, rank 5', [[2, 3, 2, 4, 3]], (x) => tf.transpose(x, [2, 0, 3, 1, 4])),
  op('transpose, rank 6', [[2, 3, 2, 2, 3, 2]], (x) => tf.transpose(x, [0, 3, 1, 4, 2, 5])),
  one('slice', (x) => tf.slice(x, [0, 1, 1], [2, 2, 3])),
  op('slice, rank 5', [[2, 3, 2, 2, 3]], (x) => tf.slice(x, [0, 1, 0, 0, 1], [2, 2, 2, 1, 2])),
  op(
    'concat',
    [
      [2, 3, 4],
      [2, 3, 2],
    ],
    (a, b) => tf.concat([a, b], 2),
  ),
  op('gather rows', [[5, 3]], (x) => tf.gather(x, tf.tensor1d([4, 0, 4, 2], 'int32'))),
  one('gather, axis 1', (x) => tf.gather(x, tf.tensor1d([2, 0, 2, 1], 'int32'), 1)),
  one('gather, 2-D indices', (x) =>
    tf.gather(
      x,
      tf.tensor2d(
        [
          [2, 0],
          [2, 1],
        ],
        [2, 2],
        'int32',
      ),
      1,
    ),
  ),
  op(
    'stack',
    [
      [2, 3],
      [2, 3],
    ],
    (a, b) => tf.stack([a, b], 1),
  ),
  one('unstack', (x) => tf.addN(tf.unstack(x, 1).map((part, i) => part.mul(i + 1)))),
  one('split', (x) => tf.split(x, [1, 3], 2)[1] as tf.Tensor),
  one('tile', (x) => tf.tile(x, [2, 1, 3])),
  one('broadcastTo', (x) => tf.broadcastTo(x.reshape([2, 1, 3, 4]), [2, 5, 3, 4])),
  one('pad', (x) =>
    tf.pad(x, [
      [0, 0],
      [1, 2],
      [0, 1],
    ]),
  ),
  op('pad an image', [[2, 5, 6, 3]], (x) =>
    tf.pad(x, [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ]),
  ),
  one('reverse', (x) => tf.reverse(x, 1)),
  one('where with a constant mask', (x) => tf.where(mask(x.shape), x, tf.zerosLike(x))),
  one('reshape', (x) => tf.reshape(x, [4, 6])),
  one('cumsum', (x) => tf.cumsum(x, 1)),
];

export const reductions: OpCase[] = [
  one('sum', (x) => tf.sum(x, 1)),
  one('mean over the last axis', (x) => tf.mean(x, -1, true)),
  one('mean over two axes', (x) => tf.mean(x, [0, 2])),
  one('max', (x) => tf.max(x, 1)),
  one('min', (x) => tf.min(x, -1)),
  one('prod', (x) => tf.prod(x, 2), POSITIVE),
  one('softmax', (x) => tf.softmax(x)),
  one('logSoftmax', (x) => tf.logSoftmax(x)),
  one('logSumExp', (x) => tf.logSumExp(x, 1)),
  one('norm', (x) => tf.norm(x, 2, -1)),
  one('moments', (x) => tf.moments(x, -1, true).variance),
];

function mask(shape: readonly number[]): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const bits = Array.from({ length: size }, (_, i) => i % 3 !== 1);
  return tf.tensor(bits, [...shape], 'bool');
}
