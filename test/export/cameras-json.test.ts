import { describe, expect, it } from '@jest/globals';

import { encodeCamerasJson } from '#export/cameras-json.ts';
import { identity, sideways } from './cameras.ts';

describe('export/cameras-json: encodeCamerasJson', () => {
  it('states its convention and lists every camera by rows', () => {
    const { convention, cameras } = JSON.parse(encodeCamerasJson([sideways, identity]));
    expect(convention.axes).toMatch(/^OpenCV: x right, y down, z forward/);
    expect(convention.pixels).toMatch(/centre of the top-left pixel is \(0, 0\)/);
    expect(cameras.map((camera: { name: string }) => camera.name)).toEqual(['sideways.jpg', 'identity.jpg']);
    expect(cameras[0]).toEqual({
      name: 'sideways.jpg',
      width: 64,
      height: 48,
      intrinsics: [
        [50, 0, 30],
        [0, 60, 25],
        [0, 0, 1],
      ],
      camToWorld: [
        [0, 0, 1, 1],
        [0, 1, 0, 2],
        [-1, 0, 0, 3],
        [0, 0, 0, 1],
      ],
    });
  });

  it('refuses numbers that JSON cannot hold', () => {
    const camera = { ...sideways.camera, principalPx: [Number.NaN, 0] as const };
    expect(() => encodeCamerasJson([{ name: 'x', camera }])).toThrow('encodeCamerasJson: camera "x" needs');
  });
});
