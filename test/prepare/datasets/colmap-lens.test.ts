import { describe, expect, it } from '@jest/globals';
import type { ColmapLens } from '#formats/colmap.ts';
import { transformPoints } from '#geometry/rigid.ts';
import { camToWorldOfColmap, lensOfColmap } from '#prepare/datasets/colmap-lens.ts';

const lens = (model: string, params: readonly number[]): ColmapLens => ({
  id: 7,
  model,
  width: 96,
  height: 64,
  params,
});

describe('prepare/datasets/colmap-lens: lensOfColmap', () => {
  it.each([
    ['SIMPLE_PINHOLE', [50, 48, 32], [50, 50], 'brown', []],
    ['PINHOLE', [50, 51, 48, 32], [50, 51], 'brown', []],
    ['SIMPLE_RADIAL', [50, 48, 32, 0.1], [50, 50], 'brown', [0.1]],
    ['RADIAL', [50, 48, 32, 0.1, 0.2], [50, 50], 'brown', [0.1, 0.2]],
    ['OPENCV', [50, 51, 48, 32, 0.1, 0.2, 0.3, 0.4], [50, 51], 'brown', [0.1, 0.2, 0.3, 0.4]],
    ['OPENCV_FISHEYE', [50, 51, 48, 32, 0.1, 0.2, 0.3, 0.4], [50, 51], 'fisheye', [0.1, 0.2, 0.3, 0.4]],
    ['RADIAL_FISHEYE', [50, 48, 32, 0.1, 0.2], [50, 50], 'fisheye', [0.1, 0.2]],
  ] as const)(
    'takes a %s, whose pixels are counted from the corner',
    (model, params, focalPx, ...[kind, coefficients]) => {
      expect(lensOfColmap(lens(model, params), 'sparse/0')).toEqual({
        lens: { width: 96, height: 64, focalPx, principalPx: [47.5, 31.5] },
        distortion: { model: kind, coefficients },
      });
    },
  );

  it('refuses other models, and what is no camera', () => {
    expect(() => lensOfColmap(lens('FOV', [1, 1, 1, 1, 1]), 'sparse/0')).toThrow(
      'sparse/0: camera 7 is a FOV; expected one of SIMPLE_PINHOLE, PINHOLE,',
    );
    expect(() => lensOfColmap(lens('SIMPLE_PINHOLE', [0, 48, 32]), 'sparse/0')).toThrow(
      'sparse/0: camera 7: expected a SIMPLE_PINHOLE of finite numbers, found [0, 48, 32]',
    );
    expect(() => lensOfColmap(lens('PINHOLE', [50, 51, 48]), 'sparse/0')).toThrow('of finite numbers');
  });
});

describe('prepare/datasets/colmap-lens: camToWorldOfColmap', () => {
  it('inverts a pose from world to camera, real part first', () => {
    // A quarter turn about z takes world x to camera y.
    const rotation = [Math.SQRT1_2, 0, 0, Math.SQRT1_2] as const;
    const camToWorld = camToWorldOfColmap({ id: 1, cameraId: 1, name: '', rotation, translation: [1, 2, 3] });
    const [x, y, z] = transformPoints(camToWorld, Float64Array.of(1, 3, 3));
    expect(x).toBeCloseTo(1, 12);
    expect(y).toBeCloseTo(0, 12);
    expect(z).toBeCloseTo(0, 12);
  });
});
