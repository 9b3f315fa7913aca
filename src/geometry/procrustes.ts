import type { Matrix4 } from './camera.ts';
import {
  determinant3,
  type Matrix3,
  multiply3,
  multiplyVector3,
  type PointArray,
  rigidTransform,
  transpose3,
} from './rigid.ts';
import { svd3 } from './svd3.ts';

/** y = scale · rotation · x + translation. */
export interface Similarity {
  readonly scale: number;
  readonly rotation: Matrix3;
  readonly translation: Float64Array;
}

export interface ProcrustesOptions {
  /** One per point, none negative; equal by default. */
  readonly weights?: ArrayLike<number>;
  /** Fixes the scale at 1. */
  readonly rigid?: boolean;
}

/**
 * The similarity (or rigid motion) that moves `source` onto `target` best: weighted least squares over corresponding
 * points [P, 3], in closed form (Umeyama 1991; spec 6.4 `register`). Points with a value that is not finite are left out.
 */
export function procrustes(source: PointArray, target: PointArray, options: ProcrustesOptions = {}): Similarity {
  const moments = weightedMoments(source, target, options.weights);
  const { U, S, V } = svd3(moments.covariance);
  const mirror = Math.sign(determinant3(U) * determinant3(V));
  const rotation = multiply3(multiply3(U, Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, mirror)), transpose3(V));
  const stretch = (S[0] as number) + (S[1] as number) + mirror * (S[2] as number);
  // Coincident source points have no extent to scale.
  const scale = options.rigid || moments.variance === 0 ? 1 : stretch / moments.variance;
  const turnedMean = multiplyVector3(rotation, moments.sourceMean);
  return { scale, rotation, translation: moments.targetMean.map((y, k) => y - scale * (turnedMean[k] as number)) };
}

/** [sR | t]: what `transformPoints` takes. */
export function similarityTransform({ scale, rotation, translation }: Similarity): Matrix4 {
  return rigidTransform(
    rotation.map((r) => scale * r),
    translation,
  );
}

interface Moments {
  readonly sourceMean: Float64Array;
  readonly targetMean: Float64Array;
  /** Σ w (y − ȳ)(x − x̄)ᵀ */
  readonly covariance: Matrix3;
  /** Σ w ‖x − x̄‖² */
  readonly variance: number;
}

function weightedMoments(source: PointArray, target: PointArray, weights?: ArrayLike<number>): Moments {
  checkSizes(source, target, weights);
  const weightOf = usableWeights(source, target, weights);
  const total = weightOf.reduce((sum, w) => sum + w, 0);
  if (!(total > 0 && total < Infinity)) {
    throw new RangeError(`procrustes: expected finite points with a positive total weight, got a total of ${total}`);
  }
  const sourceMean = weightedMean(source, weightOf, total);
  const targetMean = weightedMean(target, weightOf, total);
  const covariance = new Float64Array(9);
  let variance = 0;
  for (let i = 0; i < weightOf.length; i++) {
    const weight = (weightOf[i] as number) / total;
    if (weight === 0) continue;
    for (let k = 0; k < 3; k++) {
      const x = (source[3 * i + k] as number) - (sourceMean[k] as number);
      variance += weight * x * x;
      for (let row = 0; row < 3; row++) {
        const y = (target[3 * i + row] as number) - (targetMean[row] as number);
        covariance[3 * row + k] = (covariance[3 * row + k] as number) + weight * y * x;
      }
    }
  }
  return { sourceMean, targetMean, covariance, variance };
}

function checkSizes(source: PointArray, target: PointArray, weights?: ArrayLike<number>): void {
  const count = source.length / 3;
  if (!Number.isInteger(count) || target.length !== source.length || (weights && weights.length !== count)) {
    const sizes = `${source.length}, ${target.length} and ${weights ? weights.length : 'no'} weights`;
    throw new RangeError(`procrustes: expected source and target of [P, 3] values and P weights, got ${sizes}`);
  }
}

/** The weights, with 0 for every pair of points that is not finite. */
function usableWeights(source: PointArray, target: PointArray, weights?: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: source.length / 3 }, (_, i) => {
    let sum = 0;
    for (let k = 3 * i; k < 3 * i + 3; k++) sum += (source[k] as number) + (target[k] as number);
    return Number.isFinite(sum) ? (weights?.[i] ?? 1) : 0;
  });
}

function weightedMean(points: PointArray, weights: Float64Array, total: number): Float64Array {
  const mean = new Float64Array(3);
  for (let i = 0; i < weights.length; i++) {
    const weight = (weights[i] as number) / total;
    if (weight === 0) continue;
    for (let k = 0; k < 3; k++) mean[k] = (mean[k] as number) + weight * (points[3 * i + k] as number);
  }
  return mean;
}
