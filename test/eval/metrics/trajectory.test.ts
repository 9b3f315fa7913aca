import { describe, expect, it } from '@jest/globals';
import { trajectoryError, trajectoryExtent } from '#eval/metrics/trajectory.ts';
import type { Matrix4 } from '#geometry/camera.ts';
import { composeTransforms, rigidTransform } from '#geometry/rigid.ts';
import { scaledTranslation, turnedBy } from '#test/eval/room-pairs.ts';

const at = (x: number, y: number, z: number) => rigidTransform([1, 0, 0, 0, 1, 0, 0, 0, 1], [x, y, z]);
const square = [at(0, 0, 0), at(2, 0, 0), at(2, 2, 0), at(0, 2, 0)];

/** The same trajectory in another world. */
const moved = (pose: Matrix4) => scaledTranslation(composeTransforms(turnedBy(70)(at(5, -3, 2)), pose), 0.25);

describe('eval/metrics/trajectory', () => {
  it('has no error where a similarity takes one trajectory to the other', () => {
    const { registered, ate, relativeAte } = trajectoryError(square.map(moved), square);
    expect(registered).toBe(4);
    expect(ate).toBeCloseTo(0, 10);
    expect(relativeAte).toBeCloseTo(0, 10);
  });

  it('gives the root mean square distance, also as a part of the extent: by hand, corners lifted by ±0.5', () => {
    // The bent square's best fit is the square itself, shrunk by 1 / (1 + 0.25 / 2) in every direction.
    const bent = square.map((pose, i) => pose.map((value, k) => (k === 11 ? (i % 2 === 0 ? 0.5 : -0.5) : value)));
    const scale = 2 / (2 + 0.25);
    const expected = Math.sqrt(2 * (1 - scale) ** 2 + (0.5 * scale) ** 2);
    const { ate, relativeAte } = trajectoryError(bent, square);
    expect(ate).toBeCloseTo(expected, 10);
    expect(relativeAte).toBeCloseTo(expected / Math.hypot(2, 2), 10);
  });

  it('judges the placed views alone, and none where fewer than three were placed', () => {
    const some = square.map((pose, i) => (i === 1 ? undefined : moved(pose)));
    expect(trajectoryError(some, square)).toMatchObject({ registered: 3 });
    expect(trajectoryError(some, square).ate).toBeCloseTo(0, 10);
    const two = some.map((pose, i) => (i === 0 ? undefined : pose));
    expect(trajectoryError(two, square)).toEqual({ registered: 2, ate: null, relativeAte: null });
  });

  it('measures the extent between the farthest two cameras', () => {
    expect(trajectoryExtent(square)).toBeCloseTo(Math.hypot(2, 2), 12);
    expect(trajectoryExtent(square.slice(0, 1))).toBe(0);
  });
});
