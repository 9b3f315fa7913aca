import { describe, expect, it } from '@jest/globals';
import { readPose } from '#data/rgbd-layouts/pose.ts';
import { roomCamera } from '#test/data/room.ts';

const { camToWorld } = roomCamera([1, 2, 3], 30, 20);
const changed = (place: number, value: number) => camToWorld.map((old, i) => (i === place ? value : old));

describe('data/rgbd-layouts/pose: readPose', () => {
  it('keeps a rigid transform', () => {
    const pose = readPose([...camToWorld]);
    if ('problem' in pose) throw new Error(pose.problem);
    expect([...pose.camToWorld]).toEqual([...camToWorld].map((value) => expect.closeTo(value, 14)));
    expect(pose.deviation).toBeLessThan(1e-14);
  });

  it('makes a rotation of few digits exactly orthonormal', () => {
    const pose = readPose([...camToWorld].map((value) => Number(value.toFixed(3))));
    if ('problem' in pose) throw new Error(pose.problem);
    expect(pose.deviation).toBeGreaterThan(1e-5);
    const again = readPose([...pose.camToWorld]);
    expect('deviation' in again && again.deviation).toBeLessThan(1e-14);
  });

  it.each([
    ['lost tracking', changed(3, Number.NaN), 'tracking', /not finite/],
    [
      'a scaled rotation',
      camToWorld.map((value, i) => (i < 12 && i % 4 < 3 ? value * 1.1 : value)),
      'pose',
      /off the identity/,
    ],
    ['a mirror image', camToWorld.map((value, i) => (i % 4 === 0 && i < 12 ? -value : value)), 'pose', /it mirrors/],
    ['columns for rows', changed(12, 1), 'pose', /stored column by column\?/],
  ])('finds %s', (_, matrix, kind, problem) => {
    expect(readPose([...matrix])).toEqual({ problem: expect.stringMatching(problem), kind });
  });

  it('counts the numbers', () => {
    expect(readPose([1, 2, 3])).toEqual({ problem: 'expected 16 numbers, got 3', kind: 'pose' });
  });
});
