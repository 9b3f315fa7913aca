import type { PairwisePrediction } from '#geometry/pointmap.ts';
import type { ImageSize } from './pairwise.ts';

/** What is moved, besides the depths: the numbers of parameters.ts in rows, laid out as the reference lays them out. */
export interface SceneParameters {
  /** [E, 8]: rotation, signed-log translation, ln scale of every pair. */
  readonly pairPoses: Float64Array;
  /** [E, 2]: how a pair's x and y, and its z, are stretched. */
  readonly pairAdaptors: Float64Array;
  /** [n, 7]: camToWorld of every image. */
  readonly poses: Float64Array;
  /** [groups, 2]: the focal lengths in x and y. */
  readonly focals: Float64Array;
  /** [n, 2]: offsets of the principal points from (W/2, H/2). */
  readonly principals: Float64Array;
  /** [1]: ln of how much larger the world of the optimiser is than that of the known poses; see `isAnchored`. */
  readonly worldScale: Float64Array;
}

export const parameterNames = ['pairPoses', 'pairAdaptors', 'poses', 'focals', 'principals', 'worldScale'] as const;

/** Numbers for each parameter, made from its name. */
export function mapParameters(make: (name: keyof SceneParameters) => Float64Array): SceneParameters {
  return Object.fromEntries(parameterNames.map((name) => [name, make(name)])) as unknown as SceneParameters;
}

export function zeroParameters({
  pairs,
  sizes,
  focalGroups,
}: Pick<AlignProblem, 'pairs' | 'sizes' | 'focalGroups'>): SceneParameters {
  return {
    pairPoses: new Float64Array(8 * pairs.length),
    pairAdaptors: new Float64Array(2 * pairs.length),
    poses: new Float64Array(7 * sizes.length),
    focals: new Float64Array(2 * (Math.max(...focalGroups) + 1)),
    principals: new Float64Array(2 * sizes.length),
    worldScale: new Float64Array(1),
  };
}

/** What is aligned, and how it is weighed: all that stays as it is while the parameters move. */
export interface AlignProblem {
  readonly pairs: readonly PairwisePrediction[];
  /** By image. */
  readonly sizes: readonly ImageSize[];
  /** By image, [H·W]: 0 leaves a pixel out. */
  readonly masks: readonly (Uint8Array | undefined)[];
  /** What a confidence weighs; see weights.ts. */
  readonly weightOf: (confidence: number) => number;
  readonly distance: 'l1' | 'l2';
  /** What sums over pixels are divided by (spec 6.2): the area of all pairs, or each pair's own and the number of pairs. */
  readonly normalization: 'area' | 'mean';
  /** By image: which focal length it has. */
  readonly focalGroups: readonly number[];
  /** The focal lengths in x and y move apart, not as one. */
  readonly separateFocals: boolean;
  /** The geometric mean that the pairs' scales are held at; undefined where known depths fix the scale. */
  readonly baseScale: number | undefined;
  /**
   * By image: whether its place is known up to the scale of the world, which is then found. Held at their own scale, as
   * the original holds them, known cameras would let all pairs shrink, since noise and outliers shrink along.
   */
  readonly isAnchored: readonly boolean[];
  /** 1 where a number may move, by parameter. */
  readonly free: SceneParameters;
  /** By image: whether its depths may move. */
  readonly freeDepths: readonly boolean[];
}
