import { describe, expect, it } from '@jest/globals';
import { type Camera, projectPoints } from '#geometry/camera.ts';
import { turnCamera } from '#geometry/quarter-turn.ts';
import { rigidTransform } from '#geometry/rigid.ts';

const camera: Camera = {
  width: 6,
  height: 4,
  focalPx: [5, 7],
  principalPx: [2.5, 1.25],
  camToWorld: rigidTransform([0, 0, 1, 1, 0, 0, 0, 1, 0], [3, -2, 1]),
};

describe('geometry/quarter-turn: turnCamera', () => {
  it('shows points where the turned image has the pixel that showed them', () => {
    const points = Float64Array.of(9, -1.5, 2, 8, -2.25, 0.5);
    const { pixels } = projectPoints(camera, points);
    const [u, v] = [pixels[0] as number, pixels[1] as number];
    const expected = [
      [u, v],
      [3 - v, u],
      [5 - u, 3 - v],
      [v, 5 - u],
    ] as const;
    for (const turns of [0, 1, 2, 3] as const) {
      const turned = turnCamera(camera, turns);
      expect([turned.width, turned.height]).toEqual(turns % 2 === 0 ? [6, 4] : [4, 6]);
      const found = projectPoints(turned, points).pixels;
      expect(found[0]).toBeCloseTo(expected[turns][0], 10);
      expect(found[1]).toBeCloseTo(expected[turns][1], 10);
    }
  });
});
