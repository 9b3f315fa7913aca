import { describe, expect, it } from '@jest/globals';
import { evaluate } from '#eval/evaluate.ts';
import { savedSceneMethod } from '#eval/saved-scene-method.ts';
import { roomCameras, roomScene, sourceOf, trueScene } from './room-pairs.ts';

const scene = roomScene(4);

const saved = trueScene(roomCameras(4), 0.5);

describe('eval/saved-scene-method', () => {
  it('gives a true scene perfect scores, as a whole and by pairs', async () => {
    const pair = { scene: 'room', views: [scene.views[1], scene.views[2]] as never };
    const { report } = await evaluate(sourceOf([pair], [scene]), [savedSceneMethod(saved)]);
    const [method] = report.methods;
    expect(method?.pose).toMatchObject({ rra5: 1, rta5: 1, maa30: 1 });
    expect(method?.depth).toMatchObject({ failed: 0, inliers103: 1 });
    expect(method?.pointmap?.error).toBeLessThan(1e-5);
    expect(method?.trajectory).toMatchObject({ registered: 1, pose: { maa30: 1 }, depth: { images: 4, failed: 0 } });
    expect(method?.trajectory?.relativeAte).toBeCloseTo(0, 8);
  });

  it('fails pairs of which it lacks a view, or whose poses were not found', async () => {
    const pair = { scene: 'room', views: [scene.views[0], scene.views[3]] as never };
    const part = { ...saved, views: saved.views.slice(0, 3) };
    const lost = { ...saved, poseFound: false };
    const { report } = await evaluate(sourceOf([pair]), [savedSceneMethod(part), savedSceneMethod(lost, 'lost')]);
    expect(report.methods.map(({ pose }) => pose?.failed)).toEqual([1, 1]);
  });
});
