import { describe, expect, it } from '@jest/globals';
import type { WaymoCamera } from '#formats/waymo-frame.ts';
import { identityTransform } from '#geometry/rigid.ts';
import { cameraAt, splatDepth, straightLens } from '#prepare/datasets/waymo-camera.ts';

const camera = { width: 4, height: 2, focalPx: [2, 2], principalPx: [1, 0], camToWorld: identityTransform() } as const;

/** Raw pixels are those of the camera. */
const rayOf = (u: number, v: number, ray: Float64Array) => ray.set([(u - 1) / 2, v / 2]);

/** Points straight ahead, at these depths, seen at these pixels by these cameras. */
function pointsAt(...seen: (readonly [depth: number, camera: number, column: number, row: number])[]) {
  return {
    points: Float64Array.from(seen.flatMap(([depth]) => [0, 0, depth])),
    projections: Int32Array.from(seen.flatMap(([, ...where]) => [...where, 0, 0, 0])),
  };
}

describe('prepare/datasets/waymo-camera: splatDepth', () => {
  it("puts each point's depth at the pixel that the record names for this camera", () => {
    const seen = pointsAt([5, 1, 0, 0], [6, 2, 1, 0], [7, 1, 2, 1]);
    seen.projections.set([1, 3, 0], 3);
    const { values } = splatDepth(seen, { number: 1, camera, rayOf, asOriginal: false });
    expect([...values]).toEqual([5, 0, 0, 5, 0, 0, 7, 0]);
  });

  it('keeps the nearest of several points, whatever their order', () => {
    for (const depths of [
      [3, 9, 4],
      [9, 4, 3],
    ]) {
      const seen = pointsAt(...depths.map((depth) => [depth, 1, 1, 1] as const));
      expect(splatDepth(seen, { number: 1, camera, rayOf, asOriginal: false }).values[5]).toBe(3);
    }
  });

  it('leaves out what lies outside, behind the camera, or where the lens sees nothing', () => {
    const seen = pointsAt([5, 1, 4, 0], [5, 1, -1, 0], [5, 1, 0, 2], [-5, 1, 0, 0], [5, 1, 9, 9]);
    const partly = (u: number, v: number, ray: Float64Array) => (v > 5 ? ray.fill(Number.NaN) : rayOf(u, v, ray));
    expect([...splatDepth(seen, { number: 1, camera, rayOf: partly, asOriginal: false }).values]).toEqual(
      Array(8).fill(0),
    );
  });

  it('lets the last point win and moves those outside to the edge, as the original does, if it is told to', () => {
    const seen = pointsAt([3, 1, 1, 1], [9, 1, 1, 1], [5, 1, 7, -1]);
    const { values } = splatDepth(seen, { number: 1, camera, rayOf, asOriginal: true });
    expect([...values]).toEqual([0, 0, 0, 5, 0, 9, 0, 0]);
  });
});

describe('prepare/datasets/waymo-camera: straightLens', () => {
  const raw: WaymoCamera = {
    ...{ name: 'FRONT', jpeg: new Uint8Array(), width: 60, height: 40, focalPx: [50, 51], principalPx: [30, 19] },
    ...{ cameraToVehicle: identityTransform(), vehicleToWorld: identityTransform() },
    distortion: Float64Array.of(-0.1, 0.02, 0.001, -0.001, 0),
  };

  it('finds the pixels of the bent photograph from those of the straight one, and back', () => {
    const { pinhole, map, rays } = straightLens(raw);
    const ray = new Float64Array(2);
    for (const [u, v] of [
      [3, 4],
      [31, 20],
      [55, 36],
    ] as const) {
      const at = v * 60 + u;
      rays.at(map.x[at] as number, map.y[at] as number, ray);
      expect((ray[0] as number) * pinhole.focalPx[0] + pinhole.principalPx[0]).toBeCloseTo(u, 2);
      expect((ray[1] as number) * pinhole.focalPx[1] + pinhole.principalPx[1]).toBeCloseTo(v, 2);
    }
  });

  it('shows nothing that the lens did not see', () => {
    const { map } = straightLens(raw);
    expect(map.x.every((x) => x > -0.51 && x < 59.51) && map.y.every((y) => y > -0.51 && y < 39.51)).toBe(true);
  });

  it('stands where the camera was', () => {
    const { pinhole } = straightLens(raw);
    expect(cameraAt(pinhole, raw)).toMatchObject({ width: 60, height: 40, focalPx: pinhole.focalPx });
    expect(cameraAt(pinhole, raw).camToWorld[2]).toBe(1);
  });
});
