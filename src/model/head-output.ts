import * as tf from '@tensorflow/tfjs';
import { hasKernel } from '#tensor/kernel.ts';
import { safeNorm } from '#tensor/norm.ts';

/** How raw xyz becomes a point: the direction is kept, the distance d becomes expm1(d), d² or d. */
export type DepthMode = 'exp' | 'square' | 'linear';

/** How the raw confidence is bounded: min + min(exp(x), max − min), or (max − min)·σ(x) + min. */
export interface ConfMode {
  readonly kind: 'exp' | 'sigmoid';
  readonly min: number;
  readonly max: number;
}

/** Raw channels [B, H, W, 3 or 4] → points [B, H, W, 3] and, where there is a fourth, confidence [B, H, W] (spec 1.6). */
export function headOutput(raw: tf.Tensor4D, depthMode: DepthMode, confMode: ConfMode | undefined) {
  if (depthMode !== 'exp' || confMode?.kind !== 'exp' || !hasKernel('Dust3rHeadOutput'))
    return plainHeadOutput(raw, depthMode, confMode);
  const { min, max } = confMode;
  const outputs = tf.engine().runKernel('Dust3rHeadOutput', { raw }, { min, max });
  const [points, confidence] = outputs as unknown as [tf.Tensor4D, tf.Tensor3D];
  return { points, confidence };
}

/** The reference for headOutput(). */
export function plainHeadOutput(raw: tf.Tensor4D, depthMode: DepthMode, confMode: ConfMode | undefined) {
  const [B, H, W] = raw.shape;
  const points = toPoints(raw.slice([0, 0, 0, 0], [B, H, W, 3]), depthMode);
  if (!confMode) return { points };
  const channel = raw.slice([0, 0, 0, 3], [B, H, W, 1]).reshape([B, H, W]) as tf.Tensor3D;
  return { points, confidence: toConfidence(channel, confMode) };
}

function toPoints(xyz: tf.Tensor4D, mode: DepthMode): tf.Tensor4D {
  if (mode === 'linear') return xyz;
  const distance = safeNorm(xyz);
  const direction = xyz.div(distance.maximum(1e-8));
  return direction.mul(mode === 'exp' ? distance.expm1() : distance.square());
}

function toConfidence(x: tf.Tensor3D, { kind, min, max }: ConfMode): tf.Tensor3D {
  if (kind === 'sigmoid')
    return x
      .sigmoid()
      .mul(max - min)
      .add(min);
  const grown = x.exp();
  return (Number.isFinite(max) ? grown.minimum(max - min) : grown).add(min);
}
