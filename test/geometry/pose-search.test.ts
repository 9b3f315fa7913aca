import { describe, expect, it } from '@jest/globals';
import { searchPose } from '#geometry/pose-search.ts';
import { invertRigid } from '#geometry/rigid.ts';
import { makePoseScene, poseError, sightingsOf } from './pose-scene.ts';

const settings = { thresholdPx: 5, confidence: 0.9999, minTrials: 50, maxTrials: 2000, seed: 0 } as const;

describe('geometry/pose-search: searchPose', () => {
  it('comes close to the pose, on a sample of many sightings too', () => {
    for (const count of [200, 20_000]) {
      const { problem, camToWorld } = makePoseScene({ count, seed: 2, noisePx: 1, outliers: 0.4 });
      const pose = searchPose(sightingsOf(problem), { ...settings, objective: 'object-space' });
      expect(poseError(pose && invertRigid(pose), camToWorld).distance).toBeLessThan(3e-2);
    }
  });

  it('is decided by its seed alone', () => {
    const sightings = sightingsOf(makePoseScene({ count: 300, seed: 4, noisePx: 1, outliers: 0.5 }).problem);
    const search = (seed: number) => searchPose(sightings, { ...settings, objective: 'reprojection', seed });
    expect(search(1)).toEqual(search(1));
    expect(search(1)).not.toEqual(search(2));
  });

  it('finds nothing where no triple has a pose', () => {
    const sightings = { points: new Float64Array(30), rays: new Float64Array(20), focalPx: [1, 1] } as const;
    expect(searchPose(sightings, { ...settings, objective: 'object-space' })).toBeUndefined();
  });
});
