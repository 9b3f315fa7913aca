import { describe, expect, it } from '@jest/globals';
import { type Camera, depthToPoints } from '#geometry/camera.ts';
import { solvePointmapPose } from '#geometry/pointmap-pose.ts';
import { createFastRandom } from '#tensor/random.ts';
import { poseError, randomPose } from './pose-scene.ts';

const camera: Camera = {
  width: 40,
  height: 30,
  focalPx: [45, 45],
  principalPx: [20, 15],
  camToWorld: randomPose(createFastRandom(3)),
};
const depth = Float32Array.from({ length: 1200 }, (_, i) => 3 + Math.sin(i / 7) + Math.cos(i / 90));
const pointmap = { width: 40, height: 30, points: depthToPoints(camera, depth) };

describe('geometry/pointmap-pose: solvePointmapPose', () => {
  it('finds from where a pointmap was seen', () => {
    const found = solvePointmapPose(pointmap, { focalPx: 45 });
    expect(poseError(found?.camToWorld, camera.camToWorld).distance).toBeLessThan(1e-4);
    expect(found).toMatchObject({ focalPx: 45, inlierCount: 1200 });
  });

  it('uses the pixels of the mask only', () => {
    const points = pointmap.points.slice().fill(0, 0, 1800);
    const mask = Uint8Array.from({ length: 1200 }, (_, i) => Number(i >= 600));
    const found = solvePointmapPose({ ...pointmap, points }, { focalPx: 45, mask });
    expect(poseError(found?.camToWorld, camera.camToWorld).distance).toBeLessThan(1e-3);
    expect(solvePointmapPose(pointmap, { focalPx: 45, mask: new Uint8Array(1200) })).toBeUndefined();
  });

  it('finds an unknown focal length to within a step of its series', () => {
    const found = solvePointmapPose(pointmap, { thresholdPx: 0.5 });
    expect(Math.abs(Math.log((found?.focalPx ?? 0) / 45))).toBeLessThan(Math.log(6) / 20);
    expect(poseError(found?.camToWorld, camera.camToWorld).rotationRad).toBeLessThan(0.05);
  });

  it('refuses points and masks of another size', () => {
    expect(() => solvePointmapPose({ ...pointmap, width: 41 })).toThrow('expected points and mask of 41×30 pixels');
    expect(() => solvePointmapPose(pointmap, { mask: [1] })).toThrow('got 3600 values and a mask of 1');
  });
});
