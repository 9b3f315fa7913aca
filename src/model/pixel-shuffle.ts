import * as tf from '@tensorflow/tfjs';
import { hasKernel } from '#tensor/kernel.ts';

/**
 * [B, h, w, C·r²] → [B, h·r, w·r, C] in PyTorch's channel order: channel c·r² + a·r + b goes to row a, column b of its
 * block (spec 1.6). tf.depthToSpace has another order and no gradient.
 */
export function pixelShuffle(x: tf.Tensor4D, factor: number): tf.Tensor4D {
  if (!hasKernel('Dust3rPixelShuffle')) return plainPixelShuffle(x, factor);
  const [y] = tf.engine().runKernel('Dust3rPixelShuffle', { packed: x }, { factor }) as [tf.Tensor4D];
  return y;
}

/** The reference for pixelShuffle(). */
export function plainPixelShuffle(x: tf.Tensor4D, factor: number): tf.Tensor4D {
  const [B, h, w, packed] = x.shape;
  const channels = packed / factor ** 2;
  return x
    .reshape([B, h, w, channels, factor, factor])
    .transpose([0, 1, 4, 2, 5, 3])
    .reshape([B, h * factor, w * factor, channels]);
}
