import { describe, expect, it } from '@jest/globals';
import { PerspectiveCamera, Vector3 } from 'three';
import { cameraViewpoint, type Frame, homeViewpoint, type Viewpoint } from '#viewer/page/framing.ts';
import { wallScene } from './wall-scene.ts';

const wholeWindow: Frame = { aspect: 2, left: -1, right: 1, bottom: -1, top: 1 };

function eyeAt({ eye, target, fovDeg }: Viewpoint, aspect: number): PerspectiveCamera {
  const camera = new PerspectiveCamera(fovDeg, aspect);
  camera.position.copy(eye);
  camera.lookAt(target);
  camera.updateMatrixWorld();
  return camera;
}

describe('viewer/page/framing', () => {
  it('starts behind the cameras and above them, facing the points', async () => {
    const { bulk, cameras, upright } = await wallScene();
    const { eye, target } = homeViewpoint(bulk, cameras, wholeWindow);
    const forward = new Vector3(0, 0, 1).applyQuaternion(upright);
    expect(eye.clone().sub(bulk.centre).dot(forward)).toBeLessThan(-4);
    expect(eye.y).toBeGreaterThan(target.y);
    expect(target.distanceTo(bulk.centre)).toBeLessThan(3);
  });

  it('fills the free part of the window, and only that, with points and cameras', async () => {
    const { bulk, cameras } = await wallScene();
    for (const frame of [wholeWindow, { aspect: 1.6, left: -0.9, right: 0.3, bottom: -0.5, top: 0.9 }]) {
      const camera = eyeAt(homeViewpoint(bulk, cameras, frame), frame.aspect);
      const seen = [...bulk.samples, ...cameras].map((point) => point.clone().project(camera));
      const [xs, ys] = [seen.map(({ x }) => x), seen.map(({ y }) => y)];
      expect(Math.min(...xs)).toBeGreaterThan(frame.left - 0.02);
      expect(Math.max(...xs)).toBeLessThan(frame.right + 0.02);
      expect(Math.min(...ys)).toBeGreaterThan(frame.bottom - 0.02);
      expect(Math.max(...ys)).toBeLessThan(frame.top + 0.02);
      const filled = (values: number[], size: number) => (Math.max(...values) - Math.min(...values)) / size;
      const share = Math.max(filled(xs, frame.right - frame.left), filled(ys, frame.top - frame.bottom));
      expect(share).toBeGreaterThan(0.95);
    }
  });

  it('flies into a camera: to its centre, along its axis, wide enough for its image', async () => {
    const { maps, upright, cameras, bulk } = await wallScene();
    const view = maps[0]?.view;
    if (!view) throw new Error('the scene has no view');
    const { eye, target, fovDeg } = cameraViewpoint(view, upright, bulk, 1);
    const forward = target.clone().sub(eye).normalize();
    expect(eye.distanceTo(cameras[0] ?? new Vector3())).toBeLessThan(1e-9);
    expect(forward.distanceTo(new Vector3(0, 0, 1).applyQuaternion(upright))).toBeLessThan(1e-6);
    expect(fovDeg).toBeGreaterThan(2 * Math.atan(0.5) * (180 / Math.PI));
    expect(cameraViewpoint(view, upright, bulk, 0.5).fovDeg).toBeGreaterThan(fovDeg);
  });
});
