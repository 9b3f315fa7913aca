import { describe, expect, it } from '@jest/globals';
import { Matrix4, Quaternion, Vector3 } from 'three';
import { encodeTumTrajectory } from '#export/tum-trajectory.ts';
import { identity, sideways } from './cameras.ts';

const rows = (text: string) =>
  text
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => line.split(' ').map(Number));

describe('export/tum-trajectory: encodeTumTrajectory', () => {
  it('writes camera to world: position, then quaternion with w last', () => {
    const [first, second] = rows(encodeTumTrajectory([sideways, identity]));
    const [time, x, y, z, qx, qy, qz, qw] = first as [number, number, number, number, number, number, number, number];
    expect(time).toBe(0);
    const pose = new Matrix4().compose(new Vector3(x, y, z), new Quaternion(qx, qy, qz, qw), new Vector3(1, 1, 1));
    pose.transpose().elements.forEach((value, i) => {
      expect(value).toBeCloseTo(sideways.camera.camToWorld[i] as number, 12);
    });
    expect(second).toEqual([1, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('takes timestamps, one a camera', () => {
    const written = rows(encodeTumTrajectory([sideways, identity], [1305031102.1758, 1305031102.211]));
    expect(written.map(([time]) => time)).toEqual([1305031102.1758, 1305031102.211]);
    expect(() => encodeTumTrajectory([identity], [1, 2])).toThrow('expected 1 finite timestamps, got 1, 2');
    expect(() => encodeTumTrajectory([identity], [Number.NaN])).toThrow('expected 1 finite timestamps, got NaN');
  });
});
