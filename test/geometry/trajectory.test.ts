import { describe, expect, it } from '@jest/globals';
import { type Quaternion, quaternionToRotation } from '#geometry/quaternion.ts';
import { rigidTransform, rotationDistanceRad, rotationOf } from '#geometry/rigid.ts';
import { axisAngleToQuaternion, slerp, squad } from '#geometry/squad.ts';
import { createTrajectory, poseAt, type TimedPose } from '#geometry/trajectory.ts';

const axis = [0.6, -0.48, 0.64] as const;
const about = (angle: number) => axisAngleToQuaternion([axis[0] * angle, axis[1] * angle, axis[2] * angle]);
const angleBetween = (a: Quaternion, b: Quaternion) =>
  rotationDistanceRad(quaternionToRotation(a), quaternionToRotation(b));

describe('geometry/squad', () => {
  it('makes quaternions of axes and angles', () => {
    const rotation = quaternionToRotation(axisAngleToQuaternion([0, 0, Math.PI / 2]));
    for (const [i, value] of [0, -1, 0, 1, 0, 0, 0, 0, 1].entries()) expect(rotation[i]).toBeCloseTo(value, 12);
    expect(axisAngleToQuaternion([0, 0, 0])).toEqual([0, 0, 0, 1]);
  });

  it('goes the shorter way on a great circle', () => {
    const [x, y, z, w] = about(1);
    expect(angleBetween(slerp(about(0.2), [-x, -y, -z, -w], 0.25), about(0.4))).toBeLessThan(1e-9);
  });

  it('follows a turn of constant speed exactly, at any spacing of the keys and sign of the quaternions', () => {
    const times = [0, 0.3, 0.4, 1.1];
    const keys = times.map((time, i) => {
      const [x, y, z, w] = about(1.3 * time);
      return { time, rotation: (i % 2 === 0 ? [x, y, z, w] : [-x, -y, -z, -w]) as Quaternion };
    });
    const [before, from, to, after] = keys as [(typeof keys)[0], (typeof keys)[0], (typeof keys)[0], (typeof keys)[0]];
    for (const time of [0.3, 0.31, 0.35, 0.4]) {
      expect(angleBetween(squad([before, from, to, after], time), about(1.3 * time))).toBeLessThan(1e-9);
      expect(angleBetween(squad([undefined, from, to, undefined], time), about(1.3 * time))).toBeLessThan(1e-9);
    }
  });

  it('is closer than a great circle where the axis and the speed change', () => {
    const curve = (time: number) => axisAngleToQuaternion([Math.sin(time), 0.5 * time * time, 0.3 * time]);
    const keys = [0, 0.2, 0.45, 0.6].map((time) => ({ time, rotation: curve(time) }));
    const [a, b, c, d] = keys as [(typeof keys)[0], (typeof keys)[0], (typeof keys)[0], (typeof keys)[0]];
    const smooth = angleBetween(squad([a, b, c, d], 0.325), curve(0.325));
    const straight = angleBetween(slerp(b.rotation, c.rotation, 0.5), curve(0.325));
    expect(smooth).toBeLessThan(0.4 * straight);
  });
});

describe('geometry/trajectory', () => {
  const limits = { margin: 0.005, longestGap: 1 };
  const pose = (time: number, angle: number, x: number): TimedPose => ({
    time,
    camToWorld: rigidTransform(quaternionToRotation(about(angle)), [x, 2 * x, -x]),
  });
  const trajectory = createTrajectory([
    pose(0.2, 0.4, 3),
    pose(0, 0, 1),
    pose(0.1, 0.2, 2),
    pose(5, 1, 4),
    pose(0.1, 3, 9),
  ]);

  it('sorts poses, passes through them, and moves straight between them', () => {
    expect(trajectory.keys.map(({ time }) => time)).toEqual([0, 0.1, 0.2, 5]);
    expect(poseAt(trajectory, 0.1, limits)[3]).toBeCloseTo(2, 12);
    const between = poseAt(trajectory, 0.05, limits);
    expect([between[3], between[7], between[11]].map((value) => Number((value as number).toFixed(9)))).toEqual([
      1.5, 3, -1.5,
    ]);
    expect(rotationDistanceRad(rotationOf(between), quaternionToRotation(about(0.1)))).toBeLessThan(0.01);
  });

  it('takes the ends for a moment longer, and says nothing beyond or in gaps', () => {
    expect(poseAt(trajectory, -0.004, limits)[3]).toBe(1);
    expect(poseAt(trajectory, 5.004, limits)[3]).toBe(4);
    expect(() => poseAt(trajectory, 5.1, limits)).toThrow(
      'the time 5.1 lies outside of the trajectory, which goes from 0 to 5',
    );
    expect(() => poseAt(trajectory, 2, limits)).toThrow(
      'the time 2 lies in a gap of the trajectory, which has no pose from 0.2 to 5',
    );
    expect(() => poseAt(trajectory, Number.NaN, limits)).toThrow('outside of the trajectory');
    expect(() => createTrajectory([])).toThrow('expected poses, got none');
  });
});
