import * as tf from '@tensorflow/tfjs';
import { linearWeights } from './resize-weights.ts';

/** Gradients that tfjs 4.22 lacks or gets wrong, on every engine. Each replaces the one that is registered. */
export const repairedGradients: readonly tf.GradConfig[] = [
  {
    // tfjs gives the gradient the shape of the product's batch where an operand was broadcast.
    kernelName: 'BatchMatMul',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b], attrs) => {
      const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
      return matMulGradient(dy as tf.Tensor, [a as tf.Tensor, b as tf.Tensor], [transposeA, transposeB]);
    },
  },
  choiceGradient('Maximum', tf.greaterEqual),
  choiceGradient('Minimum', tf.lessEqual),
  {
    // tfjs transposes it, though the axis is not moved.
    kernelName: 'Cumsum',
    gradFunc: (dy, _, attrs) => {
      const { axis, exclusive, reverse } = attrs as { axis: number; exclusive: boolean; reverse: boolean };
      return { x: () => tf.cumsum(dy as tf.Tensor, axis, exclusive, !reverse) };
    },
  },
  {
    kernelName: 'DepthToSpace',
    gradFunc: (dy, _, attrs) => {
      const { blockSize, dataFormat } = attrs as { blockSize: number; dataFormat: 'NHWC' | 'NCHW' };
      return { x: () => spaceToDepth(dy as tf.Tensor4D, blockSize, dataFormat) };
    },
  },
  {
    // tfjs ignores halfPixelCenters, and its cpu engine swaps height and width.
    kernelName: 'ResizeBilinear',
    inputsToSave: ['images'],
    gradFunc: (dy, [images], attrs) => {
      const { shape } = images as tf.Tensor4D;
      return { images: () => resizeGradient(dy as tf.Tensor4D, images as tf.Tensor4D, attrs).reshape(shape) };
    },
  },
];

function matMulGradient(
  dy: tf.Tensor,
  [a, b]: readonly [tf.Tensor, tf.Tensor],
  [transposeA, transposeB]: readonly [boolean, boolean],
): Record<'a' | 'b', () => tf.Tensor> {
  const da = () => (transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB));
  const db = () => (transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false));
  return { a: () => sumTo(da(), a.shape), b: () => sumTo(db(), b.shape) };
}

/** max and min pass the gradient to the operand they chose; of equal ones, to the first. */
function choiceGradient(kernelName: string, isFirst: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      const first = () => isFirst(a, b).toFloat();
      return {
        a: () => sumTo(tf.mul(dy as tf.Tensor, first()), a.shape),
        b: () => sumTo(tf.mul(dy as tf.Tensor, tf.sub(1, first())), b.shape),
      };
    },
  };
}

/** Sums the axes along which a tensor of this shape was broadcast. */
function sumTo(x: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, x.shape);
  return axes.length > 0 ? x.sum(axes).reshape(shape) : x;
}

function spaceToDepth(y: tf.Tensor4D, block: number, format: 'NHWC' | 'NCHW'): tf.Tensor {
  if (format === 'NCHW') {
    const [B, C, H, W] = y.shape;
    return y
      .reshape([B, C, H / block, block, W / block, block])
      .transpose([0, 3, 5, 1, 2, 4])
      .reshape([B, block * block * C, H / block, W / block]);
  }
  const [B, H, W, C] = y.shape;
  return y
    .reshape([B, H / block, block, W / block, block, C])
    .transpose([0, 1, 3, 2, 4, 5])
    .reshape([B, H / block, W / block, block * block * C]);
}

function resizeGradient(dy: tf.Tensor4D, images: tf.Tensor4D, attrs: tf.NamedAttrMap): tf.Tensor {
  if (!attrs['halfPixelCenters']) {
    return tf.engine().runKernel('ResizeBilinearGrad', { dy, images }, attrs) as tf.Tensor;
  }
  const [B, H, W, C] = images.shape;
  const [, newH, newW] = dy.shape;
  // [B, H′, W′·C] → [B, H, W′·C] → [B·H, W′, C] → [B·H, W, C]
  const rows = tf.matMul(linearWeights(H, newH), dy.reshape([B, newH, newW * C]), true);
  return tf.matMul(linearWeights(W, newW), rows.reshape([B * H, newW, C]), true);
}
