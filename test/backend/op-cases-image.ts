import * as tf from '@tensorflow/tfjs';
import { type OpCase, op } from './op-case.ts';

type Four = tf.Tensor4D;

const IMAGE = [2, 5, 6, 3];

export const products: OpCase[] = [
  ...[false, true].flatMap((ta) => [false, true].flatMap((tb) => [product(ta, tb, []), product(ta, tb, [2, 2])])),
  op(
    'matMul of a batch and a matrix',
    [
      [2, 3, 4],
      [4, 5],
    ],
    (a, b) => tf.matMul(a, b),
  ),
  op(
    'matMul of a batch and a transposed matrix',
    [
      [2, 2, 3, 4],
      [5, 4],
    ],
    (a, b) => tf.matMul(a, b, false, true),
  ),
  op(
    'matMul of a matrix and a batch',
    [
      [3, 4],
      [2, 4, 5],
    ],
    (a, b) => tf.matMul(a, b),
  ),
  ...[false, true].flatMap((ta) => [false, true].map((tb) => fusedProduct(ta, tb))),
  op('outer product', [[3], [4]], (a, b) => tf.outerProduct(a as tf.Tensor1D, b as tf.Tensor1D)),
  op(
    'matMul of large batches',
    [
      [2, 64, 48],
      [2, 48, 64],
    ],
    (a, b) => tf.matMul(a, b),
  ),
];

export const convolutions: OpCase[] = [
  op('conv2d 3×3', [IMAGE, [3, 3, 3, 4]], (x, w) => tf.conv2d(x as Four, w as Four, 1, 1)),
  op('conv2d 3×3, stride 2', [IMAGE, [3, 3, 3, 4]], (x, w) => tf.conv2d(x as Four, w as Four, 2, 1)),
  op('conv2d 3×3, same', [IMAGE, [3, 3, 3, 4]], (x, w) => tf.conv2d(x as Four, w as Four, 1, 'same')),
  op('conv2d 1×1', [IMAGE, [1, 1, 3, 4]], (x, w) => tf.conv2d(x as Four, w as Four, 1, 'valid')),
  op(
    'conv2d into patches',
    [
      [2, 4, 6, 3],
      [2, 2, 3, 4],
    ],
    (x, w) => tf.conv2d(x as Four, w as Four, 2, 'valid'),
  ),
  ...[2, 3].map((k) =>
    op(
      `conv2dTranspose ${k}×${k}, stride ${k}`,
      [
        [2, 3, 2, 3],
        [k, k, 4, 3],
      ],
      (x, w) => tf.conv2dTranspose(x as Four, w as Four, [2, 3 * k, 2 * k, 4], k, 'valid'),
    ),
  ),
];

export const resizing: OpCase[] = [
  op('resizeBilinear, aligned corners', [IMAGE], (x) => tf.image.resizeBilinear(x as Four, [9, 11], true)),
  op('resizeBilinear, aligned corners, down', [IMAGE], (x) => tf.image.resizeBilinear(x as Four, [3, 4], true)),
  op('resizeBilinear', [IMAGE], (x) => tf.image.resizeBilinear(x as Four, [9, 11])),
  op('resizeBilinear, half pixels', [IMAGE], (x) => tf.image.resizeBilinear(x as Four, [9, 11], false, true)),
  op('resizeBilinear, half pixels, down', [IMAGE], (x) => tf.image.resizeBilinear(x as Four, [3, 4], false, true)),
  op('depthToSpace', [[2, 3, 4, 12]], (x) => tf.depthToSpace(x as Four, 2, 'NHWC')),
];

function product(transposeA: boolean, transposeB: boolean, batch: readonly number[]): OpCase {
  const a = transposeA ? [4, 3] : [3, 4];
  const b = transposeB ? [5, 4] : [4, 5];
  const name = `matMul ${transposeA ? 'aᵀ' : 'a'}·${transposeB ? 'bᵀ' : 'b'}${batch.length > 0 ? ', batched' : ''}`;
  const shapes = [
    [...batch, ...a],
    [...batch, ...b],
  ];
  return op(name, shapes, (x, y) => tf.matMul(x, y, transposeA, transposeB));
}

function fusedProduct(transposeA: boolean, transposeB: boolean): OpCase {
  const shapes = [transposeA ? [4, 3] : [3, 4], transposeB ? [5, 4] : [4, 5], [5]];
  const name = `fused matMul ${transposeA ? 'aᵀ' : 'a'}·${transposeB ? 'bᵀ' : 'b'} + bias`;
  return op(name, shapes, (a, b, bias) => tf.fused.matMul({ a, b, transposeA, transposeB, bias }));
}
