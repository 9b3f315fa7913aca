import { describe, expect, it } from '@jest/globals';
import type { Co3dFrame, Co3dViewpoint } from '#prepare/datasets/co3d-annotations.ts';
import { co3dCamera } from '#prepare/datasets/co3d-camera.ts';

function frameOf(viewpoint: Partial<Co3dViewpoint>): Co3dFrame {
  return {
    ...{
      imagePath: 'apple/1/images/frame000001.jpg',
      depthPath: '',
      maskPath: '',
      width: 100,
      height: 60,
      depthScale: 1,
    },
    viewpoint: {
      // Turned by 90° about z: X_camera = (y, −x, z) + T.
      R: [
        [0, -1, 0],
        [1, 0, 0],
        [0, 0, 1],
      ],
      ...{ T: [1, 2, 3], focal_length: [2, 3], principal_point: [0.1, -0.2], intrinsics_format: 'ndc_isotropic' },
      ...viewpoint,
    },
  };
}

describe('prepare/datasets/co3d-camera: co3dCamera', () => {
  it('turns x and y, and gives camera to world', () => {
    // The world's (5, 7, 9) is at (8, −3, 12) with x to the left and y up: (−8, 3, 12).
    const { camToWorld } = co3dCamera(frameOf({}), false);
    const point = [0, 1, 2].map((row) =>
      [-8, 3, 12, 1].reduce((sum, value, column) => sum + value * (camToWorld[4 * row + column] as number), 0),
    );
    for (const [i, value] of [5, 7, 9].entries()) expect(point[i]).toBeCloseTo(value, 9);
  });

  it('counts intrinsics in halves of the short side, from the centre of the first pixel', () => {
    const { focalPx, principalPx, width, height } = co3dCamera(frameOf({}), false);
    expect([width, height, ...focalPx]).toEqual([100, 60, 60, 90]);
    expect(principalPx[0]).toBeCloseTo(50 - 3 - 0.5, 9);
    expect(principalPx[1]).toBeCloseTo(30 + 6 - 0.5, 9);
    expect(co3dCamera(frameOf({}), true).principalPx[0]).toBeCloseTo(47, 9);
  });

  it("reads the first version's format, of halves of each side", () => {
    const { focalPx, principalPx } = co3dCamera(frameOf({ intrinsics_format: 'ndc_norm_image_bounds' }), true);
    expect(focalPx).toEqual([100, 90]);
    expect(principalPx).toEqual([45, 36]);
  });

  it.each([
    [{ intrinsics_format: 'pixels' }, /expected intrinsics_format ndc_isotropic, found pixels$/],
    [{ focal_length: [2] }, /expected intrinsics/],
    [{ T: [1, 2, null as unknown as number] }, /the pose is not finite/],
    [{ R: [[1, 0, 0]] }, /the pose is not finite/],
    [{ R: undefined as unknown as number[][] }, /the pose is not finite/],
    [
      {
        R: [
          [1, 0, 0],
          [0, 1, 0],
          [0, 0, -1],
        ],
      },
      /the pose holds no rotation: it mirrors$/,
    ],
  ])('refuses %j, naming the photograph', (viewpoint, message) => {
    const read = () => co3dCamera(frameOf(viewpoint), false);
    expect(read).toThrow(message);
    expect(read).toThrow(/^apple\/1\/images\/frame000001\.jpg: /);
  });
});
