import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Matrix4 } from '#geometry/camera.ts';
import { type PnpProblem, solvePnp } from '#geometry/pnp.ts';
import { quaternionToRotation } from '#geometry/quaternion.ts';
import {
  invertRigid,
  rigidTransform,
  rotationDistanceRad,
  rotationOf,
  transformPoints,
  translationOf,
} from '#geometry/rigid.ts';
import { createFastRandom, type FastRandom } from '#tensor/random.ts';

interface SceneOptions {
  readonly count: number;
  readonly seed: number;
  readonly noisePx?: number;
  readonly outliers?: number;
  readonly shape?: 'volume' | 'plane' | 'line';
}

/** Points seen by a camera at a random place, with its pose: 640 × 480 pixels, focal length 500. */
function makeScene({ count, seed, noisePx = 0, outliers = 0, shape = 'volume' }: SceneOptions) {
  const random = createFastRandom(seed);
  const camToWorld = randomPose(random);
  const inCamera = new Float64Array(3 * count);
  const pixels = new Float64Array(2 * count);
  for (let i = 0; i < count; i++) {
    const x = 640 * random.uniform();
    const y = shape === 'line' ? 0.3 * x + 50 : 480 * random.uniform();
    const z = shape === 'volume' ? 2 + 4 * random.uniform() : 4 / (1 + (x - 320) / 2000);
    inCamera.set([(z * (x - 320)) / 500, (z * (y - 240)) / 500, z], 3 * i);
    const isOutlier = random.uniform() < outliers;
    pixels[2 * i] = isOutlier ? 640 * random.uniform() : x + noisePx * random.normal();
    pixels[2 * i + 1] = isOutlier ? 480 * random.uniform() : y + noisePx * random.normal();
  }
  const points = transformPoints(camToWorld, inCamera);
  const problem: PnpProblem = { points, pixels, focalPx: [500, 500], principalPx: [320, 240] };
  return { problem, camToWorld };
}

function randomPose(random: FastRandom): Matrix4 {
  const normal = random.normal;
  const rotation = quaternionToRotation([normal(), normal(), normal(), normal()]);
  return rigidTransform(rotation, [3 * normal(), 3 * normal(), 3 * normal()]);
}

function poseError(found: Matrix4 | undefined, expected: Matrix4) {
  if (found === undefined) return { rotationRad: Infinity, distance: Infinity };
  const [a, b] = [translationOf(found), translationOf(expected)];
  return {
    rotationRad: rotationDistanceRad(rotationOf(found), rotationOf(expected)),
    distance: Math.hypot(...a.map((x, i) => x - (b[i] as number))),
  };
}

describe('geometry/pnp: solvePnp', () => {
  it('recovers exact poses to rounding, from four points on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 200 }), fc.integer({ min: 0, max: 1e6 }), (count, seed) => {
        const { problem, camToWorld } = makeScene({ count, seed });
        const found = solvePnp(problem);
        expect(poseError(found?.camToWorld, camToWorld).distance).toBeLessThan(1e-6);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  for (const shape of ['volume', 'plane'] as const) {
    for (const outliers of [0.1, 0.3, 0.5]) {
      it(`finds the pose of a ${shape} among ${100 * outliers} % outliers and a pixel of noise`, () => {
        for (let seed = 0; seed < 5; seed++) {
          const { problem, camToWorld } = makeScene({ count: 1000, seed, noisePx: 1, outliers, shape });
          const found = solvePnp(problem, { objective: 'reprojection' });
          const { rotationRad, distance } = poseError(found?.camToWorld, camToWorld);
          expect(rotationRad).toBeLessThan(shape === 'plane' ? 5e-3 : 1e-3);
          expect(distance).toBeLessThan(shape === 'plane' ? 2e-2 : 5e-3);
        }
      });
    }
  }

  it('finds the pose when nine in ten are outliers', () => {
    const { problem, camToWorld } = makeScene({ count: 3000, seed: 3, noisePx: 0.5, outliers: 0.9 });
    expect(poseError(solvePnp(problem)?.camToWorld, camToWorld).distance).toBeLessThan(2e-2);
  });
});
