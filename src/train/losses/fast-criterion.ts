import * as tf from '@tensorflow/tfjs';
import { normalizePoints } from '#geometry/normalize.ts';
import { distancesToOrigin, type PointPlanes, pointmapsOf } from '#geometry/point-planes.ts';
import { hasKernel } from '#tensor/kernel.ts';
import type { Criterion, CriterionResult, PairTruth } from '#train/criterion.ts';
import type { CriterionConfig } from './config.ts';
import {
  expectConfidence,
  expectFittingPair,
  knownMean,
  type PairPixels,
  pairPixels,
  viewMeans,
} from './pair-pixels.ts';

/**
 * Training's criterion, ConfLoss(Regr3D(L21, norm_mode='avg_dis')), with its gradient written out: less than the plain
 * form in time and memory, since only what the gradient needs is kept. Undefined for other criteria.
 *
 * Of a sample with n valid points p of lengths r, size s = Σr / n, offsets e = p/s − truth and distances d = ‖e‖: where
 * g = ∂L/∂d · e/d, the gradient is ∂L/∂p = g/s − Σ(g·p) / (s² n) · p/r.
 */
export function fastCriterion(config: CriterionConfig): Criterion | undefined {
  if (config.type !== 'ConfLoss' || config.pixelLoss.type !== 'Regr3D') return undefined;
  const { normMode, gtScale = false, distClip } = config.pixelLoss;
  if (normMode !== 'avg_dis' || distClip !== undefined) return undefined;
  const { alpha } = config;
  return (truth, { view1, view2 }) => {
    const run = () => {
      expectFittingPair(truth, { view1, view2 });
      const confidences = [expectConfidence(view1.confidence), expectConfidence(view2.confidence)];
      const meansOf = hasKernel('Dust3rConfidenceLoss') ? meansByKernel : meansOfViews;
      const means = meansOf(truth, { alpha, gtScale })(view1.points, view2.points, ...confidences);
      const [conf_loss_1, conf_loss2, Regr3D_pts3d_1, Regr3D_pts3d_2] = tf.unstack(means) as Four<tf.Scalar>;
      const details = { conf_loss_1, conf_loss2, Regr3D_pts3d_1, Regr3D_pts3d_2 };
      return { loss: conf_loss_1.add<tf.Scalar>(conf_loss2), details };
    };
    return tf.tidy(run as unknown as () => tf.TensorContainerObject) as unknown as CriterionResult;
  };
}

type Four<T> = [T, T, T, T];

interface Settings {
  readonly alpha: number;
  readonly gtScale: boolean;
}

/** What the gradient needs, by the names above; distances and confidence [B, P], all else that fits them. */
interface Measures extends tf.NamedTensorMap {
  readonly points: PointPlanes;
  readonly offsets: PointPlanes;
  readonly lengths: tf.Tensor2D;
  readonly distances: tf.Tensor2D;
  readonly confidence: tf.Tensor2D;
  /** [B, P]: 1 where valid, else 0. */
  readonly weights: tf.Tensor2D;
  /** [B, 1], at least 1e-8. */
  readonly size: tf.Tensor2D;
}

/** meansOfViews() as one op, and one for the gradient. */
function meansByKernel({ view1, view2 }: PairTruth, { alpha, gtScale }: Settings) {
  const truth = { truth1: view1.points, truth2: view2.points, valid1: view1.valid, valid2: view2.valid };
  return tf.customGrad((...args) => {
    const [points1, points2, confidence1, confidence2, save] = args as [...Four<tf.Tensor>, tf.GradSaveFunc];
    const numbers = tf.tensor1d([alpha, gtScale ? 1 : 0]);
    const inputs = { points1, points2, confidence1, confidence2, ...truth, numbers };
    const [value, kept] = tf.engine().runKernel('Dust3rConfidenceLoss', inputs) as [tf.Tensor, tf.Tensor];
    const names = [...Object.keys(inputs), 'kept'];
    save([...Object.values(inputs), kept]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const given = Object.fromEntries(names.map((name, i) => [name, saved[i] as tf.Tensor]));
      return tf.engine().runKernel('Dust3rConfidenceLossGrad', { ...given, dy }) as tf.Tensor[];
    };
    return { value, gradFunc };
  });
}

/** (points of views 1 and 2, confidences of views 1 and 2) → [4]: the views' confidence losses, their mean distances. */
function meansOfViews(truth: PairTruth, { alpha, gtScale }: Settings) {
  return tf.customGrad((...args) => {
    const save = args.pop() as unknown as tf.GradSaveFunc;
    const [points1, points2, confidence1, confidence2] = args as [tf.Tensor4D, tf.Tensor4D, tf.Tensor3D, tf.Tensor3D];
    const view1 = { points: points1, confidence: confidence1 };
    const view2 = { points: points2, confidence: confidence2 };
    const pixels = pairPixels(truth, { view1, view2 });
    const measures = measure(pixels, gtScale);
    const { distances, confidence } = measures;
    const losses = viewMeans(distances.mul<tf.Tensor2D>(confidence).sub(confidence.log().mul(alpha)), pixels);
    const value = tf.stack([...losses.map(({ mean }) => mean), ...viewMeans(distances, pixels).map(knownMean)]);
    const names = Object.keys(measures);
    save(Object.values(measures));
    const shapes = [confidence1.shape, confidence2.shape] as const;
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const kept = Object.fromEntries(names.map((name, i) => [name, saved[i]])) as Measures;
      return gradientsOf(dy as tf.Tensor1D, kept, { alpha, shapes });
    };
    return { value, gradFunc };
  });
}

function measure({ prediction, truth, valid, ...pixels }: PairPixels, gtScale: boolean): Measures {
  const weights: tf.Tensor2D = valid.toFloat();
  const target = gtScale ? truth : normalizePoints(truth, valid, 'avg_dis');
  const lengths = distancesToOrigin(prediction);
  const size = lengths
    .mul(weights)
    .sum<tf.Tensor2D>(1, true)
    .div<tf.Tensor2D>(countsOf(weights))
    .maximum<tf.Tensor2D>(1e-8);
  const offsets = prediction.div<PointPlanes>(size).sub<PointPlanes>(target);
  const confidence = expectConfidence(pixels.confidence);
  return { points: prediction, offsets, lengths, distances: distancesToOrigin(offsets), confidence, weights, size };
}

/** [B, 1]: valid pixels of a sample, as normalizePoints counts them. */
function countsOf(weights: tf.Tensor2D): tf.Tensor2D {
  return weights.sum<tf.Tensor2D>(1, true).add(1e-8);
}

type ViewShape = readonly [B: number, H: number, W: number];

function gradientsOf(
  dy: tf.Tensor1D,
  { points, offsets, lengths, distances, confidence, weights, size }: Measures,
  { alpha, shapes }: { readonly alpha: number; readonly shapes: readonly [ViewShape, ViewShape] },
): tf.Tensor[] {
  const sizes = shapes.map(([, H, W]) => [H, W] as const);
  const pixels = sizes.map(([H, W]) => H * W);
  const [ofLoss, ofDistance] = shares(dy, weights, pixels);
  const pull = weights.mul(confidence.mul(ofLoss).add(ofDistance)); // ∂L/∂d
  const g = offsets.mul<PointPlanes>(pull.div(distances));
  const along = g.mul(points).sum(0).sum(1, true);
  const throughSize = along.div(size.square().mul(countsOf(weights))).mul(size.greater(1e-8).toFloat());
  const pointGradient = g.div<PointPlanes>(size).sub<PointPlanes>(points.mul(weights.div(lengths).mul(throughSize)));
  const confidenceGradient = weights.mul(ofLoss).mul(distances.sub(tf.div(alpha, confidence)));
  const [confidence1, confidence2] = tf.split(confidenceGradient, pixels, 1) as [tf.Tensor, tf.Tensor];
  return [
    ...pointmapsOf(pointGradient, sizes),
    confidence1.reshape([...shapes[0]]),
    confidence2.reshape([...shapes[1]]),
  ];
}

/** The incoming gradients of the losses and of the distances over the pixels whose mean they are of: two of [P]. */
function shares(dy: tf.Tensor1D, weights: tf.Tensor2D, pixels: readonly number[]): [tf.Tensor1D, tf.Tensor1D] {
  const counts = tf.stack(tf.split(weights, [...pixels], 1).map((view) => view.sum())).maximum(1);
  const share = tf.unstack(dy.reshape([2, 2]).div(counts)) as [tf.Tensor1D, tf.Tensor1D];
  const spread = (views: tf.Tensor1D) =>
    tf.concat(tf.split(views, 2).map((view, i) => view.tile([pixels[i] as number])) as [tf.Tensor1D, tf.Tensor1D]);
  return [spread(share[0]), spread(share[1])];
}
