import { describe, expect, it } from '@jest/globals';
import { worldToCamera } from '#prepare/datasets/world-to-camera.ts';

const K = [50, 0, 31.5, 0, 51, 23.5, 0, 0, 1];

describe('prepare/datasets/world-to-camera: worldToCamera', () => {
  it('inverts the pose: a camera that sees the origin 4 ahead and 1 to the right', () => {
    const worldToCam = [0, 0, 1, 1, 0, 1, 0, 0, -1, 0, 0, 4, 0, 0, 0, 1];
    const camera = worldToCamera(K, worldToCam, { width: 64, height: 48 }, 'cam.txt');
    expect(camera).toMatchObject({ width: 64, height: 48, focalPx: [50, 51], principalPx: [31.5, 23.5] });
    const centre = [3, 7, 11].map((at) => camera.camToWorld[at]);
    expect(centre).toEqual([4, 0, -1].map((value) => expect.closeTo(value, 12)));
  });

  it('names the file whose matrices are none', () => {
    const flat = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    expect(() => worldToCamera(K, flat, { width: 64, height: 48 }, 'a/cam.txt')).toThrow(
      /^a\/cam\.txt: the pose holds no rotation/,
    );
  });
});
