import { describe, expect, it } from '@jest/globals';
import { storedCamera } from '#data/published/stored-camera.ts';

const K = [500, 0, 319.5, 0, 510, 239.5, 0, 0, 1];
const pose = [0, -1, 0, 2, 1, 0, 0, 3, 0, 0, 1, 4, 0, 0, 0, 1];

describe('data/published/stored-camera: storedCamera', () => {
  it('takes focal lengths and principal point from K, and the pose as it is', () => {
    const camera = storedCamera(Float32Array.from(K), Float32Array.from(pose), 'a.npz');
    expect(camera.focalPx).toEqual([500, 510]);
    expect(camera.principalPx).toEqual([319.5, 239.5]);
    expect([...camera.camToWorld].map((value) => Math.round(value * 1e9) / 1e9 + 0)).toEqual(pose);
  });

  it.each([
    ['skew', [500, 2, 319.5, 0, 510, 239.5, 0, 0, 1]],
    ['a focal length of 0', [0, 0, 319.5, 0, 510, 239.5, 0, 0, 1]],
    ['no number', [500, 0, Number.NaN, 0, 510, 239.5, 0, 0, 1]],
    ['a transposed matrix', [500, 0, 0, 0, 510, 0, 319.5, 239.5, 1]],
  ])('refuses intrinsics with %s', (_, intrinsics) => {
    expect(() => storedCamera(intrinsics, pose, 'x/a.npz')).toThrow(/^x\/a\.npz: expected intrinsics \[fx, 0, cx\]/);
  });

  it('refuses poses that are not finite or no rotation', () => {
    const lost = pose.map((value, i) => (i === 3 ? Number.NaN : value));
    expect(() => storedCamera(K, lost, 'a.npz')).toThrow('a.npz: the pose is not finite');
    const scaled = pose.map((value, i) => (i < 12 ? 2 * value : value));
    expect(() => storedCamera(K, scaled, 'a.npz')).toThrow('a.npz: the pose holds no rotation');
  });
});
