import { buildKdTree, nearestPoint } from './kd-tree.ts';
import type { PointArray } from './rigid.ts';

/** Matches m: point `first[m]` of the first set and point `second[m]` of the second. Sorted by `first`. */
export interface Matches {
  readonly first: Uint32Array;
  readonly second: Uint32Array;
}

/**
 * Pairs of points [P, 3] and [Q, 3] that are each other's nearest neighbours: how two pointmaps in one frame give pixel
 * correspondences (DUSt3R section 3.3, spec 5.3). Points that are not finite are never matched; leave points out by
 * setting them to NaN.
 */
export function matchReciprocal(firstPoints: PointArray, secondPoints: PointArray): Matches {
  const firstTree = buildKdTree(firstPoints);
  const secondTree = buildKdTree(secondPoints);
  const first: number[] = [];
  const second: number[] = [];
  for (let i = 0; i < firstPoints.length / 3; i++) {
    const there = nearestPoint(secondTree, firstPoints, i);
    if (there === undefined || nearestPoint(firstTree, secondPoints, there) !== i) continue;
    first.push(i);
    second.push(there);
  }
  return { first: Uint32Array.from(first), second: Uint32Array.from(second) };
}
