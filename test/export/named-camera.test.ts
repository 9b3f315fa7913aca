import { describe, expect, it } from '@jest/globals';

import { expectNamedCamera } from '#export/named-camera.ts';
import { sideways } from './cameras.ts';

describe('export/named-camera: expectNamedCamera', () => {
  it.each([
    ['a focal length of 0', { focalPx: [0, 50] as const }],
    ['a missing size', { width: Number.NaN }],
    ['a principal point at infinity', { principalPx: [Number.POSITIVE_INFINITY, 0] as const }],
    ['a 3 × 4 matrix', { camToWorld: new Float64Array(12) }],
    ['NaN in the pose', { camToWorld: new Float64Array(16).fill(Number.NaN) }],
  ])('refuses %s and names the camera', (_, change) => {
    const camera = { ...sideways.camera, ...change };
    expect(() => expectNamedCamera('export', { name: 'a.jpg', camera })).toThrow('export: camera "a.jpg" needs');
  });

  it('accepts a sound camera', () => {
    expect(() => expectNamedCamera('export', sideways)).not.toThrow();
  });
});
