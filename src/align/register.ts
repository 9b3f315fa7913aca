import type { Pointmap } from '#geometry/pointmap.ts';
import { procrustes, type Similarity, similarityTransform } from '#geometry/procrustes.ts';
import { transformPoints } from '#geometry/rigid.ts';

type Cloud = Pick<Pointmap, 'points' | 'confidence'>;

/** Outliers are looked for on about so many points. */
const SAMPLE = 2000;
const ROUNDS = 10;
/** In medians of the distances. Of normal noise nothing is so far off, and all points count, as in the original. */
const OUTLIER = 8;

/**
 * The similarity that moves a pointmap onto points of the world [P, 3], by confidence (spec 6.4 `register`), without the
 * points that are far off: these are found under a fit that they cannot pull away, with weights of 1 / distance.
 */
export function register({ points, confidence }: Cloud, world: Float32Array): Similarity {
  const rough = procrustes(points, world, { weights: confidence });
  const robust = resist({ points, confidence }, world, rough);
  const distances = distancesUnder(robust, points, world);
  const limit = OUTLIER * medianOf(distances, confidence);
  const weights = confidence.map((c, i) => ((distances[i] as number) <= limit ? c : 0));
  const isAll = weights.every((weight, i) => weight === confidence[i] || Number.isNaN(distances[i]));
  return isAll ? rough : procrustes(points, world, { weights });
}

/** The fit to a sample that minimises the sum of distances, by reweighting. */
function resist({ points, confidence }: Cloud, world: Float32Array, start: Similarity): Similarity {
  const step = Math.ceil(confidence.length / SAMPLE);
  const [from, to] = [thinPoints(points, step), thinPoints(world, step)];
  const weightOf = confidence.filter((_, i) => i % step === 0);
  let fit = start;
  for (let round = 0; round < ROUNDS && weightOf.some((weight) => weight > 0); round++) {
    const distances = distancesUnder(fit, from, to);
    const floor = 0.01 * medianOf(distances, weightOf) + 1e-12;
    const weights = distances.map((distance, i) => (weightOf[i] as number) / Math.max(distance, floor));
    fit = procrustes(from, to, { weights: weights.map((weight) => (Number.isFinite(weight) ? weight : 0)) });
  }
  return fit;
}

function thinPoints(points: Float32Array, step: number): Float32Array {
  return points.filter((_, i) => Math.floor(i / 3) % step === 0);
}

/** NaN where a point is not finite. */
function distancesUnder(fit: Similarity, points: Float32Array, world: Float32Array): Float64Array {
  const moved = transformPoints(similarityTransform(fit), points);
  return Float64Array.from({ length: points.length / 3 }, (_, i) =>
    Math.hypot(
      (moved[3 * i] as number) - (world[3 * i] as number),
      (moved[3 * i + 1] as number) - (world[3 * i + 1] as number),
      (moved[3 * i + 2] as number) - (world[3 * i + 2] as number),
    ),
  );
}

/** Of the points that weigh anything. */
function medianOf(distances: Float64Array, weights: Float32Array): number {
  const usable = distances.filter((distance, i) => Number.isFinite(distance) && (weights[i] as number) > 0).sort();
  return usable[usable.length >> 1] ?? 0;
}
