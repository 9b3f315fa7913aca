import { describe, expect, it } from '@jest/globals';
import { directionErrorDeg, poseRow, relativePose, rotationErrorDeg } from '#eval/metrics/pose-error.ts';
import { rigidTransform } from '#geometry/rigid.ts';
import { turnedBy } from '#test/eval/room-pairs.ts';

const pose = rigidTransform([1, 0, 0, 0, 1, 0, 0, 0, 1], [1, 0, 0]);

describe('eval/metrics/pose-error', () => {
  it('gives no error to a perfect pose, whatever its length', () => {
    const longer = rigidTransform([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 0, 0]);
    expect(poseRow(longer, pose, true)).toEqual({
      failed: false,
      rotationDeg: 0,
      translationDeg: 0,
      translationSignedDeg: 0,
    });
  });

  it('measures a rotation by 10° as 10°, and leaves the direction alone', () => {
    const row = poseRow(turnedBy(10)(pose), pose, true);
    expect(row.rotationDeg).toBeCloseTo(10, 10);
    expect(row.translationDeg).toBeCloseTo(0, 10);
  });

  it('judges no sign of the translation, and gives the signed angle beside it', () => {
    const [c, s] = [Math.cos(Math.PI / 9), Math.sin(Math.PI / 9)];
    const turned = rigidTransform([1, 0, 0, 0, 1, 0, 0, 0, 1], [c, s, 0]);
    const backwards = rigidTransform([1, 0, 0, 0, 1, 0, 0, 0, 1], [-c, -s, 0]);
    expect(poseRow(turned, pose, true).translationDeg).toBeCloseTo(20, 10);
    const row = poseRow(backwards, pose, true);
    expect(row.translationDeg).toBeCloseTo(20, 10);
    expect(row.translationSignedDeg).toBeCloseTo(160, 10);
  });

  it('gives a pair without estimate, or with one that is not finite, the largest errors', () => {
    const worst = { failed: true, rotationDeg: 180, translationDeg: 90, translationSignedDeg: 180 };
    expect(poseRow(undefined, pose, true)).toEqual(worst);
    expect(
      poseRow(
        pose.map(() => Number.NaN),
        pose,
        true,
      ),
    ).toEqual(worst);
  });

  it('has no translation error where the true baseline has no direction', () => {
    expect(poseRow(pose, pose, false)).toMatchObject({ rotationDeg: 0, translationDeg: null });
    expect(poseRow(undefined, pose, false)).toMatchObject({ failed: true, translationSignedDeg: null });
  });

  it('calls an estimate without direction a right angle off', () => {
    expect(directionErrorDeg([0, 0, 0], [1, 2, 3])).toBe(90);
    expect(directionErrorDeg([0, 2, 0], [0, -1, 0])).toBe(180);
  });

  it('takes the second camera into the frame of the first', () => {
    const quarter = turnedBy(90)(rigidTransform([1, 0, 0, 0, 1, 0, 0, 0, 1], [0, 0, 5]));
    const relative = relativePose(quarter, turnedBy(30)(quarter));
    expect(rotationErrorDeg(relative, rigidTransform([1, 0, 0, 0, 1, 0, 0, 0, 1], [0, 0, 0]))).toBeCloseTo(30, 10);
    expect(Math.hypot(relative[3] as number, relative[7] as number, relative[11] as number)).toBeCloseTo(0, 12);
  });
});
