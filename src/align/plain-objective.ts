import * as tf from '@tensorflow/tfjs';
import { safeNorm } from '#tensor/norm.ts';
import { type ImageObservations, makeLevel, observeImage } from './level.ts';
import { ADAPTOR_SCALE, FOCAL_SCALE, PRINCIPAL_SCALE } from './parameters.ts';
import type { AlignProblem, SceneParameters } from './state.ts';

/** `SceneParameters` as tensors of the same shapes, and by image the log-depths [H·W]. */
export type PlainParameters = Readonly<Record<keyof SceneParameters, tf.Tensor2D>> & {
  readonly logDepths: readonly tf.Tensor1D[];
};

/**
 * The objective of the global alignment (spec 6.1, 6.2) in plain tfjs ops, all in one graph that tfjs differentiates.
 * It is the reference for `decodeScene`, `gradientOf` and the passes over pixels, and holds several copies of every
 * observation while it is differentiated. Where focal lengths in x and y are one, it takes the first.
 */
export function plainObjective(problem: AlignProblem, parameters: PlainParameters): tf.Scalar {
  const level = makeLevel(problem, 1);
  const placements = plainPlacements(problem, parameters);
  const losses = parameters.logDepths.map((logDepth, image) => {
    const observed = observeImage(level, image);
    const world = worldPoints(problem, parameters, { image, logDepth });
    return observed.sightings.map((_, k) => sightingLoss(problem, [observed, k], { world, placements }));
  });
  return tf.addN(losses.flat());
}

interface Matrices {
  /** [N, 3, 3] */
  readonly rotations: tf.Tensor3D;
  /** [N, 3, 1] */
  readonly translations: tf.Tensor3D;
}

/** [N, 7 or more]: quaternions xyzw of any length, then signed-log translations. */
function plainPoses(rows: tf.Tensor2D): Matrices {
  const count = rows.shape[0];
  const quaternions = rows.slice([0, 0], [-1, 4]);
  const [x, y, z, w] = tf.unstack(quaternions.div(safeNorm(quaternions)), 1) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const twice = (a: tf.Tensor, b: tf.Tensor) => a.mul(b).mul(2);
  const one = (a: tf.Tensor, b: tf.Tensor) => tf.sub(1, twice(a, a).add(twice(b, b)));
  const rotations = tf.stack(
    [
      ...[one(y, z), twice(x, y).sub(twice(z, w)), twice(x, z).add(twice(y, w))],
      ...[twice(x, y).add(twice(z, w)), one(x, z), twice(y, z).sub(twice(x, w))],
      ...[twice(x, z).sub(twice(y, w)), twice(y, z).add(twice(x, w)), one(x, y)],
    ],
    1,
  );
  const logs = rows.slice([0, 4], [-1, 3]);
  const translations = logs.sign().mul(logs.abs().expm1());
  return { rotations: rotations.reshape([count, 3, 3]), translations: translations.reshape([count, 3, 1]) };
}

/** By pair, [σ·R·diag(a)] and [σ·T]. */
function plainPlacements({ baseScale }: AlignProblem, { pairPoses, pairAdaptors }: PlainParameters): Matrices {
  const { rotations, translations } = plainPoses(pairPoses);
  const logScales = pairPoses.slice([0, 7], [-1, 1]);
  const scales = (baseScale === undefined ? logScales : logScales.sub(logScales.mean()).add(Math.log(baseScale))).exp();
  const columns = tf.concat([pairAdaptors.slice([0, 0], [-1, 1]), pairAdaptors], 1);
  const stretch = baseScale === undefined ? columns : columns.sub(columns.mean(1, true));
  const scale = scales.expandDims<tf.Tensor3D>(2);
  return {
    rotations: rotations.mul(scale).mul(stretch.div(ADAPTOR_SCALE).exp().expandDims(1)),
    translations: translations.mul(scale),
  };
}

/** [3, H·W] */
function worldPoints(
  { sizes, focalGroups, separateFocals, isAnchored }: AlignProblem,
  { poses, focals, principals, worldScale }: PlainParameters,
  { image, logDepth }: { readonly image: number; readonly logDepth: tf.Tensor1D },
): tf.Tensor2D {
  const { width, height } = sizes[image] as AlignProblem['sizes'][number];
  const group = focalGroups[image] as number;
  const pixels = [...Array(width * height).keys()];
  const axes = [pixels.map((i) => (i % width) - width / 2), pixels.map((i) => Math.floor(i / width) - height / 2)];
  const [x, y] = axes.map((offsets, axis) => {
    const focal = focals
      .slice([group, separateFocals ? axis : 0], [1, 1])
      .div(FOCAL_SCALE)
      .exp();
    const principal = principals.slice([image, axis], [1, 1]).mul(PRINCIPAL_SCALE);
    return tf.tensor2d([offsets]).sub(principal).div(focal);
  }) as [tf.Tensor2D, tf.Tensor2D];
  const inCamera = tf.concat([x, y, tf.onesLike(x)], 0).mul<tf.Tensor2D>(logDepth.exp());
  const { rotations, translations } = plainPoses(poses.slice([image, 0], [1, -1]));
  const origin = translations.mul(worldScale.mul(isAnchored[image] ? 1 : 0).exp());
  return tf.matMul(rotations.reshape([3, 3]), inCamera).add(origin.reshape([3, 1]));
}

/** One pair's opinion of one image. */
function sightingLoss(
  { distance }: AlignProblem,
  [{ sightings, planes, factors, size }, k]: readonly [ImageObservations, number],
  { world, placements }: { readonly world: tf.Tensor2D; readonly placements: Matrices },
): tf.Scalar {
  const area = size.width * size.height;
  const pair = sightings[k]?.pair as number;
  const observed = tf.tensor2d(planes.slice(4 * area * k, 4 * area * (k + 1)), [4, area]);
  const [points, weights] = tf.split(observed, [3, 1]) as [tf.Tensor2D, tf.Tensor2D];
  const rotation = placements.rotations.slice([pair, 0, 0], [1, 3, 3]).reshape<tf.Tensor2D>([3, 3]);
  const translation = placements.translations.slice([pair, 0, 0], [1, 3, 1]).reshape([3, 1]);
  const residuals = world.sub(tf.matMul(rotation, points).add(translation)).transpose<tf.Tensor2D>();
  const distances = distance === 'l1' ? safeNorm(residuals) : residuals.square().sum(1, true);
  return distances
    .mul(weights.transpose())
    .sum<tf.Scalar>()
    .mul(factors[k] as number);
}
