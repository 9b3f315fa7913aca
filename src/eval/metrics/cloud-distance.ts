import { buildKdTree, nearestPoint } from '#geometry/kd-tree.ts';
import { procrustes, similarityTransform } from '#geometry/procrustes.ts';
import { transformPoints } from '#geometry/rigid.ts';
import type { PointMatches } from './pointmap-error.ts';
import { mean, median } from './statistics.ts';

export interface CloudDistance {
  /** From an estimated point to the nearest true one, in the truth's unit: mean and median. */
  readonly accuracy: number;
  readonly accuracyMedian: number;
  /** From a true point to the nearest estimated one. */
  readonly completeness: number;
  readonly completenessMedian: number;
}

/** Points that are looked up in the other cloud; all points can be found. */
const maxQueries = 20_000;

/**
 * Accuracy and completeness (Aanæs et al. 2016, DTU; spec 7.4) of the points of both views, after the similarity that
 * fits the estimated points to the true ones best (Umeyama 1991, over corresponding pixels). Of more than 20 000 points
 * every n-th is looked up.
 * @returns undefined of fewer than three points
 */
export function cloudDistance({
  estimate,
  truth,
}: Pick<PointMatches, 'estimate' | 'truth'>): CloudDistance | undefined {
  if (truth.length < 9) return undefined;
  const aligned = transformPoints(similarityTransform(procrustes(estimate, truth)), estimate);
  const there = nearestDistances(aligned, truth);
  const back = nearestDistances(truth, aligned);
  return {
    accuracy: mean(there) as number,
    accuracyMedian: median(there) as number,
    completeness: mean(back) as number,
    completenessMedian: median(back) as number,
  };
}

function nearestDistances(queries: Float64Array, points: Float64Array): Float64Array {
  const tree = buildKdTree(points);
  const step = Math.ceil(queries.length / 3 / maxQueries);
  const distances = new Float64Array(Math.ceil(queries.length / 3 / step));
  for (let k = 0; k < distances.length; k++) {
    const from = 3 * k * step;
    const to = 3 * (nearestPoint(tree, queries, k * step) as number);
    const x = (queries[from] as number) - (points[to] as number);
    const y = (queries[from + 1] as number) - (points[to + 1] as number);
    const z = (queries[from + 2] as number) - (points[to + 2] as number);
    distances[k] = Math.sqrt(x * x + y * y + z * z);
  }
  return distances;
}
