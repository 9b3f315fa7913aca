import { describe, expect, it } from '@jest/globals';
import { solveP3p } from '#geometry/p3p.ts';
import { invertRigid, transformPoints } from '#geometry/rigid.ts';
import { createFastRandom } from '#tensor/random.ts';
import { expectNear } from './arbitrary.ts';
import { poseError, randomPose } from './pose-scene.ts';

const directionsOf = (points: Float64Array) =>
  points.map((value, i) => value / Math.hypot(...points.slice(i - (i % 3), i - (i % 3) + 3)));

describe('geometry/p3p: solveP3p', () => {
  it('finds the true pose among its at most four answers, nearly always', () => {
    const random = createFastRandom(1);
    const trials = 500;
    let found = 0;
    for (let trial = 0; trial < trials; trial++) {
      const camToWorld = randomPose(random);
      const inCamera = Float64Array.from({ length: 9 }, (_, i) => random.normal() + (i % 3 === 2 ? 5 : 0));
      const poses = solveP3p(directionsOf(inCamera), transformPoints(camToWorld, inCamera));
      expect(poses.length).toBeLessThanOrEqual(4);
      const errors = poses.map((pose) => poseError(invertRigid(pose), camToWorld).distance);
      if (Math.min(...errors) < 1e-6) found++;
    }
    expect(found).toBeGreaterThan(0.98 * trials);
  });

  it('sees every point in its direction, from every pose that it returns', () => {
    const random = createFastRandom(2);
    for (let trial = 0; trial < 100; trial++) {
      const inCamera = Float64Array.from({ length: 9 }, (_, i) => random.normal() + (i % 3 === 2 ? 4 : 0));
      const directions = directionsOf(inCamera);
      for (const pose of solveP3p(directions, inCamera)) {
        expectNear(directionsOf(transformPoints(pose, inCamera)), directions, 1e-6);
      }
    }
  });

  it('has no answer for points that coincide', () => {
    const directions = directionsOf(Float64Array.of(0, 0, 1, 1, 0, 1, 0, 1, 1));
    expect(solveP3p(directions, Float64Array.of(1, 2, 3, 1, 2, 3, 4, 5, 6))).toEqual([]);
  });
});
