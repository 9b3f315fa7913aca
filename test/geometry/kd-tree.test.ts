import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildKdTree, nearestPoint } from '#geometry/kd-tree.ts';
import { pointsOf } from './arbitrary.ts';

const squareDistance = (a: Float64Array, i: number, b: Float64Array, j: number) =>
  [0, 1, 2].reduce((sum, k) => sum + ((a[3 * i + k] as number) - (b[3 * j + k] as number)) ** 2, 0);

describe('geometry/kd-tree', () => {
  it('finds points as near as any, repeated coordinates included', () => {
    const grid = pointsOf(60).map((points) => points.map((x, i) => (i < 90 ? Math.round(x / 5) : x)));
    fc.assert(
      fc.property(grid, grid, (points, queries) => {
        const tree = buildKdTree(points);
        for (let i = 0; i < 60; i++) {
          const found = squareDistance(points, nearestPoint(tree, queries, i) as number, queries, i);
          const all = Array.from({ length: 60 }, (_, j) => squareDistance(points, j, queries, i));
          expect(found).toBe(Math.min(...all));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('holds thousands of coincident points', () => {
    const tree = buildKdTree(new Float64Array(30_000).fill(1));
    expect(nearestPoint(tree, Float64Array.of(1, 1, 1), 0)).toBeLessThan(10_000);
  });

  it('neither holds nor looks for points that are not finite', () => {
    const tree = buildKdTree(Float64Array.of(Number.NaN, 0, 0, 5, 5, 5, Infinity, 0, 0));
    expect(nearestPoint(tree, Float64Array.of(0, 0, 0), 0)).toBe(1);
    expect(nearestPoint(tree, Float64Array.of(0, Number.NaN, 0), 0)).toBeUndefined();
    expect(nearestPoint(buildKdTree(new Float64Array(0)), Float64Array.of(0, 0, 0), 0)).toBeUndefined();
  });

  it('refuses what is not a list of points', () => {
    expect(() => buildKdTree(new Float64Array(4))).toThrow('expected [P, 3] values, got 4');
  });
});
