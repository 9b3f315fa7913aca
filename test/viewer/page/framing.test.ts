import { describe, expect, it } from '@jest/globals';
import { Vector3 } from 'three';
import { encodeScene, toBase64 } from '#viewer/encode-scene.ts';
import { decodeView } from '#viewer/page/decode-scene.ts';
import { boundBulk, cameraViewpoint, homeViewpoint, uprightRotation } from '#viewer/page/framing.ts';
import { type Point, sceneOf, viewOf } from '../small-scene.ts';

/** Points on a wall 4 units before two cameras that stand side by side, and one point very far away. */
function wallScene() {
  const point = (p: number): Point => (p === 7 ? [1e6, 1e6, 1e6] : [(p % 8) / 4 - 1, Math.floor(p / 8) / 4 - 1, 4]);
  const eyes: Point[] = [
    [-0.5, 0, 0],
    [0.5, 0, 0],
  ];
  const { header, blocks } = encodeScene(sceneOf(...eyes.map((eye) => viewOf({ name: 'v', size: 8, eye, point }))));
  const clouds = header.views.map((view, v) => decodeView(view, toBase64(blocks[v] ?? new Uint8Array())));
  const upright = uprightRotation(header.views);
  const cameras = eyes.map((eye) => new Vector3(...eye).applyQuaternion(upright));
  return { views: header.views, upright, cameras, bulk: boundBulk(clouds, cameras, upright) };
}

describe('viewer/page/framing', () => {
  it('turns the cameras’ up, which is −y in OpenCV axes, into +y', () => {
    const { upright } = wallScene();
    expect(new Vector3(0, -1, 0).applyQuaternion(upright).distanceTo(new Vector3(0, 1, 0))).toBeLessThan(1e-9);
  });

  it('bounds the bulk of the points whatever an outlier does', () => {
    const { bulk, upright } = wallScene();
    expect(bulk.centre.distanceTo(new Vector3(0, 0, 4).applyQuaternion(upright))).toBeLessThan(0.3);
    expect(bulk.radius).toBeLessThan(1.5);
  });

  it('starts behind the cameras, facing the points, and farther away in a narrow window', () => {
    const { bulk, cameras } = wallScene();
    const wide = homeViewpoint(bulk, cameras, 2);
    const narrow = homeViewpoint(bulk, cameras, 0.3);
    expect(wide.eye.distanceTo(bulk.centre)).toBeGreaterThan(4);
    expect(narrow.eye.distanceTo(bulk.centre)).toBeGreaterThan(wide.eye.distanceTo(bulk.centre));
    expect(wide.eye.y).toBeGreaterThan(0);
  });

  it('flies into a camera: to its centre, along its axis, wide enough for its image', () => {
    const { views, upright, cameras, bulk } = wallScene();
    const [view] = views;
    if (!view) throw new Error('the scene has no view');
    const { eye, target, fovDeg } = cameraViewpoint(view, upright, bulk, 1);
    const forward = target.clone().sub(eye).normalize();
    expect(eye.distanceTo(cameras[0] ?? new Vector3())).toBeLessThan(1e-9);
    expect(forward.distanceTo(new Vector3(0, 0, 1).applyQuaternion(upright))).toBeLessThan(1e-6);
    expect(fovDeg).toBeGreaterThan(2 * Math.atan(0.5) * (180 / Math.PI));
    expect(cameraViewpoint(view, upright, bulk, 0.5).fovDeg).toBeGreaterThan(fovDeg);
  });
});
