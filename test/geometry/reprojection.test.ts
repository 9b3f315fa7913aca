import { describe, expect, it } from '@jest/globals';
import { findInliers, truncatedCost } from '#geometry/reprojection.ts';
import { identityTransform } from '#geometry/rigid.ts';

/** Seen exactly, 3 pixels off, 30 pixels off, and behind the camera. */
const sightings = {
  points: Float64Array.of(1, 1, 2, 1, 1, 2, 1, 1, 2, -1, -1, -2),
  rays: Float64Array.of(0.5, 0.5, 0.53, 0.5, 0.5, 0.8, 0.5, 0.5),
  focalPx: [100, 100],
} as const;

describe('geometry/reprojection', () => {
  it('finds the points that are seen near where they should be, in front of the camera', () => {
    const { inliers, errorPx } = findInliers(sightings, identityTransform(), 5);
    expect([...inliers]).toEqual([0, 1]);
    expect(errorPx).toBeCloseTo(Math.sqrt(9 / 2), 9);
  });

  it('counts no error above the threshold', () => {
    expect(truncatedCost(sightings, identityTransform(), 5, Infinity)).toBeCloseTo(0 + 9 + 25 + 25, 9);
  });

  it('stops as soon as the limit is reached', () => {
    expect(truncatedCost(sightings, identityTransform(), 5, 1)).toBeCloseTo(9, 9);
  });
});
