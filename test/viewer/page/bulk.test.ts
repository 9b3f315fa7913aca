import { describe, expect, it } from '@jest/globals';
import { Matrix4, Vector3 } from 'three';
import { boundBulk, uprightRotation } from '#viewer/page/bulk.ts';
import { wallScene } from './wall-scene.ts';

const worldUp = new Vector3(0, -1, 0);

describe('viewer/page/bulk', () => {
  it('turns the cameras’ up, which is −y in OpenCV axes, into +y', async () => {
    const { upright } = await wallScene();
    expect(
      worldUp
        .clone()
        .applyQuaternion(upright)
        .distanceTo(new Vector3(0, 1, 0)),
    ).toBeLessThan(1e-9);
  });

  it('finds the horizon of cameras that look down, from their rows of pixels', async () => {
    const { maps } = await wallScene();
    const [view] = maps.map((map) => map.view);
    if (!view) throw new Error('the scene has no view');
    const turned = [0, 1.2, 2.5].map((yaw) => {
      const pose = new Matrix4().makeRotationY(yaw).multiply(new Matrix4().makeRotationX(-0.6)).transpose();
      return { ...view, camToWorld: pose.elements };
    });
    const up = worldUp.clone().applyQuaternion(uprightRotation(turned));
    expect(up.distanceTo(new Vector3(0, 1, 0))).toBeLessThan(0.02);
  });

  it('bounds the bulk of the points whatever an outlier does', async () => {
    const { bulk, upright } = await wallScene();
    expect(bulk.centre.distanceTo(new Vector3(0, 0, 4).applyQuaternion(upright))).toBeLessThan(0.4); // a pixel is 0.33 wide there
    expect(bulk.radius).toBeLessThan(3);
    expect(bulk.extent.z).toBeLessThan(0.01);
  });

  it('knows from which side the scene was seen', async () => {
    const { bulk, upright } = await wallScene();
    expect(bulk.facing.normalize().distanceTo(new Vector3(0, 0, -1).applyQuaternion(upright))).toBeLessThan(0.1);
  });

  it('bounds the cameras where no point is sure enough', async () => {
    const { cameras, upright } = await wallScene();
    expect(boundBulk([], cameras, upright, 0).centre.length()).toBeLessThan(0.6);
  });
});
