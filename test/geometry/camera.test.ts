import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Camera,
  cropCamera,
  depthToPoints,
  intrinsicsOf,
  pixelRays,
  projectPoints,
  resizeCamera,
  toNetworkCamera,
  toOriginalCamera,
  unprojectPixels,
} from '#geometry/camera.ts';
import { identityTransform, rigidTransform, translationOf } from '#geometry/rigid.ts';
import { pixelMapping } from '#image/pixel-mapping.ts';
import { aRigidTransform, expectNear } from './arbitrary.ts';

const straight: Camera = {
  width: 6,
  height: 4,
  focalPx: [10, 20],
  principalPx: [3, 2],
  camToWorld: identityTransform(),
};

describe('geometry/camera: projection', () => {
  it('projects by hand: right is +x, down is +y, forward is +z', () => {
    const camera = { ...straight, camToWorld: rigidTransform([1, 0, 0, 0, 1, 0, 0, 0, 1], [0, 0, -5]) };
    const { pixels, depths } = projectPoints(camera, Float32Array.of(0, 0, 0, 1, 1, 0, 0, 0, -10));
    expect([...pixels.slice(0, 4)]).toEqual([3, 2, 5, 6]);
    expect([...depths]).toEqual([5, 5, -5]);
    expect([...intrinsicsOf(camera)]).toEqual([10, 0, 3, 0, 20, 2, 0, 0, 1]);
  });

  it('unprojects what it projected', () => {
    const pixel = fc.tuple(fc.double({ min: 0, max: 6, noNaN: true }), fc.double({ min: 0, max: 4, noNaN: true }));
    fc.assert(
      fc.property(
        aRigidTransform,
        pixel,
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        (camToWorld, pixels, depth) => {
          const camera = { ...straight, camToWorld };
          const back = projectPoints(camera, unprojectPixels(camera, pixels, [depth]));
          expectNear(back.pixels, pixels, 1e-9);
          expectNear(back.depths, [depth], 1e-12);
        },
      ),
    );
  });

  it('puts every depth on its pixel, along the ray of that pixel', () => {
    fc.assert(
      fc.property(aRigidTransform, (camToWorld) => {
        const camera = { ...straight, camToWorld };
        const depth = Float32Array.from({ length: 24 }, (_, i) => 1 + i / 8);
        const points = depthToPoints(camera, depth);
        const { pixels, depths } = projectPoints(camera, points);
        expectNear(depths, depth, 1e-4);
        const grid = Array.from({ length: 24 }, (_, i) => [i % 6, Math.floor(i / 6)]).flat();
        expectNear(pixels, grid, 1e-3);
        expectNear(directionsFrom(translationOf(camToWorld), points), pixelRays(camera), 1e-5);
      }),
    );
  });

  it('refuses a depth map of another size', () => {
    expect(() => depthToPoints(straight, new Float32Array(23))).toThrow('expected a depth map of 6×4, got 23 values');
  });
});

function directionsFrom(centre: Float64Array, points: Float32Array): number[] {
  const offsets = Array.from(points, (value, i) => value - (centre[i % 3] as number));
  return offsets.map((offset, i) => {
    const start = i - (i % 3);
    return offset / Math.hypot(...offsets.slice(start, start + 3));
  });
}

describe('geometry/camera: resized and cropped images', () => {
  it('scales pixel edges, not centres', () => {
    const half = resizeCamera({ ...straight, principalPx: [2.5, 1.5] }, { width: 3, height: 2 });
    expect(half).toMatchObject({ width: 3, height: 2, focalPx: [5, 10], principalPx: [1, 0.5] });
  });

  it('moves the principal point by what a crop cuts off', () => {
    const crop = cropCamera(straight, { left: 1, top: 2, width: 4, height: 2 });
    expect(crop).toMatchObject({ width: 4, height: 2, focalPx: [10, 20], principalPx: [2, 0] });
  });

  it('goes to the network image and back by the mapping that image/ gives', () => {
    const original = { ...straight, width: 640, height: 480, focalPx: [500, 510], principalPx: [315, 245] } as const;
    const resized = { width: 512, height: 384 };
    const crop = { left: 16, top: 8, width: 480, height: 368 };
    const mapping = pixelMapping(original, resized, crop);
    const network = toNetworkCamera(original, mapping, crop);
    const expected = cropCamera(resizeCamera(original, resized), crop);
    expect([network.width, network.height]).toEqual([480, 368]);
    expectNear(intrinsicsOf(network), intrinsicsOf(expected), 1e-9);
    const back = toOriginalCamera(network, mapping, original);
    expect([back.width, back.height]).toEqual([640, 480]);
    expectNear(intrinsicsOf(back), intrinsicsOf(original), 1e-9);
  });
});
