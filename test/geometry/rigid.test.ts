import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  composeTransforms,
  determinant3,
  identityTransform,
  invertRigid,
  rigidTransform,
  rotationDistanceRad,
  rotationOf,
  transformPoints,
  translationOf,
} from '#geometry/rigid.ts';
import { aRigidTransform, expectNear, pointsOf } from './arbitrary.ts';

describe('geometry/rigid', () => {
  it('turns, then moves: a quarter turn about z', () => {
    const transform = rigidTransform([0, -1, 0, 1, 0, 0, 0, 0, 1], [10, 20, 30]);
    expect([...transformPoints(transform, Float32Array.of(1, 2, 3, 0, 0, 0))]).toEqual([8, 21, 33, 10, 20, 30]);
    expect([...rotationOf(transform)]).toEqual([0, -1, 0, 1, 0, 0, 0, 0, 1]);
    expect([...translationOf(transform)]).toEqual([10, 20, 30]);
  });

  it('keeps distances, and leaves the points that it was given', () => {
    fc.assert(
      fc.property(aRigidTransform, pointsOf(2), (transform, points) => {
        const before = points.slice();
        const [a, b] = [points, transformPoints(transform, points)].map(lengthBetween) as [number, number];
        expect(Math.abs(a - b)).toBeLessThan(1e-9);
        expect(points).toEqual(before);
      }),
    );
  });

  it('is undone by its inverse, on both sides', () => {
    fc.assert(
      fc.property(aRigidTransform, (transform) => {
        expectNear(composeTransforms(invertRigid(transform), transform), identityTransform(), 1e-12);
        expectNear(composeTransforms(transform, invertRigid(transform)), identityTransform(), 1e-12);
      }),
    );
  });

  it('composes so that the inner transform is applied first', () => {
    fc.assert(
      fc.property(aRigidTransform, aRigidTransform, pointsOf(3), (outer, inner, points) => {
        const composed = transformPoints(composeTransforms(outer, inner), points);
        expectNear(composed, transformPoints(outer, transformPoints(inner, points)), 1e-9);
      }),
    );
  });

  it('measures the angle between rotations, small ones too', () => {
    const about = (angle: number) => {
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      return Float64Array.of(c, -s, 0, s, c, 0, 0, 0, 1);
    };
    for (const angle of [1e-9, 0.5, 3])
      expect(rotationDistanceRad(about(0.2), about(0.2 + angle))).toBeCloseTo(angle, 12);
    expect(rotationDistanceRad(about(0), about(Math.PI))).toBeCloseTo(Math.PI, 7);
  });

  it('has the determinant of a matrix', () => {
    expect(determinant3(Float64Array.of(2, 0, 1, 1, 3, 2, 1, 1, 4))).toBe(18);
  });
});

function lengthBetween(points: Float64Array): number {
  const [ax, ay, az, bx, by, bz] = Array.from(points) as [number, number, number, number, number, number];
  return Math.hypot(ax - bx, ay - by, az - bz);
}
