import { describe, expect, it } from '@jest/globals';
import { rigidTransform } from '#geometry/rigid.ts';
import { truthInFirstCamera } from '#train/losses/first-camera.ts';

describe('train/losses/first-camera: truthInFirstCamera', () => {
  it("moves both views' points by the inverse of the first camera's pose", () => {
    // The camera stands at (10, 0, 0) and looks along the world's +x: its z axis is x, its x axis is −z.
    const camToWorld = rigidTransform([0, 0, 1, 0, 1, 0, -1, 0, 0], [10, 0, 0]);
    const [points1, points2] = truthInFirstCamera(Float32Array.of(13, 0, 0), Float32Array.of(10, 2, -4), camToWorld);
    expect([...points1]).toEqual([0, 0, 3]);
    expect([...points2]).toEqual([4, 2, 0]);
  });
});
