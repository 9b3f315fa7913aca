import * as tf from '@tensorflow/tfjs';
import { type OpCase, one, op, POSITIVE, valueOnly } from './op-case.ts';

export const arithmetic: OpCase[] = [
  op('add, broadcast', [[2, 3, 4], [4]], (a, b) => tf.add(a, b)),
  op(
    'sub, broadcast',
    [
      [2, 1, 4],
      [3, 4],
    ],
    (a, b) => tf.sub(a, b),
  ),
  op(
    'mul, broadcast',
    [
      [2, 3, 4],
      [2, 3, 1],
    ],
    (a, b) => tf.mul(a, b),
  ),
  op(
    'div',
    [
      [2, 3],
      [2, 3],
    ],
    (a, b) => tf.div(a, b),
    POSITIVE,
  ),
  op('maximum', [[2, 3, 4], [4]], (a, b) => tf.maximum(a, b)),
  op('minimum', [[2, 3, 4], [4]], (a, b) => tf.minimum(a, b)),
  op(
    'squaredDifference',
    [
      [2, 3],
      [2, 3],
    ],
    (a, b) => tf.squaredDifference(a, b),
  ),
  op(
    'pow',
    [
      [2, 3],
      [2, 3],
    ],
    (a, b) => tf.pow(a, b),
    POSITIVE,
  ),
  op(
    'atan2',
    [
      [2, 3],
      [2, 3],
    ],
    (a, b) => tf.atan2(a, b),
    POSITIVE,
  ),
  op(
    'addN',
    [
      [2, 3],
      [2, 3],
    ],
    (a, b) => tf.addN([a, b, a]),
  ),
  one('expm1', (x) => tf.expm1(x)),
  one('expm1 near 0', (x) => tf.expm1(x), { range: [-1e-4, 1e-4] }),
  one('exp', (x) => tf.exp(x)),
  one('log', (x) => tf.log(x), POSITIVE),
  one('log1p', (x) => tf.log1p(x), POSITIVE),
  one('sqrt', (x) => tf.sqrt(x), POSITIVE),
  one('rsqrt', (x) => tf.rsqrt(x), POSITIVE),
  one('reciprocal', (x) => tf.reciprocal(x), POSITIVE),
  one('square', (x) => tf.square(x)),
  one('abs', (x) => tf.abs(x)),
  one('neg', (x) => tf.neg(x)),
  one('erf', (x) => tf.erf(x), { range: [-4, 4] }),
  one('erf near 0', (x) => tf.erf(x), { range: [-1e-3, 1e-3] }),
  one('tanh', (x) => tf.tanh(x)),
  one('sigmoid', (x) => tf.sigmoid(x)),
  one('softplus', (x) => tf.softplus(x)),
  one('relu', (x) => tf.relu(x)),
  one('sin', (x) => tf.sin(x)),
  one('cos', (x) => tf.cos(x)),
  one('acos', (x) => tf.acos(x), { range: [-0.9, 0.9] }),
  one('clipByValue', (x) => tf.clipByValue(x, -0.5, 0.4)),
];

export const choices: OpCase[] = [
  valueOnly('argMin', (x) => tf.argMin(x, 1)),
  valueOnly('argMax', (x) => tf.argMax(x, -1)),
  valueOnly('greater', (x) => tf.greater(x, 0.1).toFloat()),
  valueOnly('lessEqual', (x) => tf.lessEqual(x, 0.1).toFloat()),
  valueOnly('logical', (x) => tf.logicalAnd(x.greater(0), tf.logicalNot(x.less(0.5))).toFloat()),
  valueOnly('any and all', (x) => tf.logicalOr(x.greater(0).any(1), x.less(0.5).all(1)).toFloat()),
  valueOnly('isNaN', (x) => tf.isNaN(tf.sqrt(x)).toFloat()),
  valueOnly('isFinite', (x) => tf.isFinite(tf.div(x, tf.relu(x))).toFloat()),
  valueOnly('topk', (x) => tf.topk(x, 2).values),
  valueOnly('oneHot', (x) => tf.oneHot(tf.argMax(x, 1), 3).toFloat()),
  valueOnly('floor', (x) => tf.floor(x.mul(5))),
  valueOnly('round', (x) => tf.round(x.mul(5))),
  valueOnly('mod', (x) => tf.mod(x, 0.3), POSITIVE),
  valueOnly('sign', (x) => tf.sign(x)),
  valueOnly('linspace and range', () => tf.linspace(0, 1, 5).add(tf.range(0, 5))),
  valueOnly('cast to int32', (x) => x.mul(7).toInt().toFloat()),
];
