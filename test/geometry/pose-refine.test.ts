import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Matrix4 } from '#geometry/camera.ts';
import { type PoseObjective, refinePose, type Sightings } from '#geometry/pose-refine.ts';
import { quaternionToRotation } from '#geometry/quaternion.ts';
import { composeTransforms, invertRigid, rigidTransform, transformPoints } from '#geometry/rigid.ts';
import { expectNear } from './arbitrary.ts';
import { makePoseScene, sightingsOf } from './pose-scene.ts';

const objectives = ['object-space', 'reprojection'] as const;
const everyOf = (count: number) => Uint32Array.from({ length: count }, (_, i) => i);

/** A small turn and shift of the camera. */
const nudged = (pose: Matrix4, size: number) =>
  composeTransforms(rigidTransform(quaternionToRotation([size, -size, size, 1]), [size, size, -size]), pose);

/** The objective, written down as it is defined. */
function costOf({ points, rays, focalPx }: Sightings, pose: Matrix4, objective: PoseObjective): number {
  const seen = transformPoints(pose, points);
  let cost = 0;
  for (let i = 0; i < rays.length; i++) {
    const axis = (i % 2) as 0 | 1;
    const start = 3 * Math.floor(i / 2);
    const [along, z] = [seen[start + axis] as number, seen[start + 2] as number];
    const ray = rays[i] as number;
    cost += objective === 'reprojection' ? (focalPx[axis] * (along / z - ray)) ** 2 : (along - ray * z) ** 2;
  }
  return cost;
}

describe('geometry/pose-refine: refinePose', () => {
  it('returns to an exact pose from beside it', () => {
    for (const objective of objectives) {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
          const { problem, camToWorld } = makePoseScene({ count: 50, seed });
          const truth = invertRigid(camToWorld);
          const start = nudged(truth, 0.05);
          const pose = refinePose(sightingsOf(problem), everyOf(50), { start, objective });
          expectNear(pose ?? [], truth, 1e-8);
        }),
        { numRuns: 20 },
      );
    }
  });

  it('stops at a minimum of what it says it minimises', () => {
    const { problem, camToWorld } = makePoseScene({ count: 100, seed: 8, noisePx: 4 });
    const sightings = sightingsOf(problem);
    for (const objective of objectives) {
      const pose = refinePose(sightings, everyOf(100), { start: invertRigid(camToWorld), objective }) as Matrix4;
      const least = costOf(sightings, pose, objective);
      for (const size of [1e-3, -1e-3, 1e-4, -1e-4]) {
        expect(costOf(sightings, nudged(pose, size), objective)).toBeGreaterThan(least);
      }
    }
  });

  it('looks at the selected sightings only', () => {
    const { problem, camToWorld } = makePoseScene({ count: 60, seed: 9 });
    const sightings = sightingsOf(problem);
    sightings.rays.fill(7, 0, 20);
    const selection = everyOf(60).subarray(10);
    const pose = refinePose(sightings, selection, { start: invertRigid(camToWorld), objective: 'object-space' });
    expectNear(pose ?? [], invertRigid(camToWorld), 1e-9);
  });

  it('gives no pose from a start without finite errors', () => {
    const { problem } = makePoseScene({ count: 10, seed: 1 });
    const start = rigidTransform([1, 0, 0, 0, 1, 0, 0, 0, 1], [Number.NaN, 0, 0]);
    for (const objective of objectives) {
      expect(refinePose(sightingsOf(problem), everyOf(10), { start, objective })).toBeUndefined();
    }
  });
});
