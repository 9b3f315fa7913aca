import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { solvePnp } from '#geometry/pnp.ts';
import { createFastRandom } from '#tensor/random.ts';
import { makePoseScene, poseError } from './pose-scene.ts';

describe('geometry/pnp: solvePnp', () => {
  it('recovers exact poses to rounding, from four points on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 100 }), fc.integer({ min: 0, max: 1e6 }), (count, seed) => {
        const { problem, camToWorld } = makePoseScene({ count, seed });
        expect(poseError(solvePnp(problem)?.camToWorld, camToWorld).distance).toBeLessThan(1e-6);
      }),
      { numRuns: 25, seed: 1 },
    );
  });

  it.each([0.1, 0.3, 0.5])('finds the pose of a volume among %d outliers of 1 and a pixel of noise', (outliers) => {
    for (let seed = 0; seed < 4; seed++) {
      const { problem, camToWorld } = makePoseScene({ count: 1000, seed, noisePx: 1, outliers });
      for (const objective of ['object-space', 'reprojection'] as const) {
        const { rotationRad, distance } = poseError(solvePnp(problem, { objective })?.camToWorld, camToWorld);
        expect(rotationRad).toBeLessThan(1.5e-3);
        expect(distance).toBeLessThan(6e-3);
      }
    }
  });

  it.each([0.1, 0.3, 0.5])('finds the pose of a plane among %d outliers of 1 and a pixel of noise', (outliers) => {
    for (let seed = 0; seed < 4; seed++) {
      const { problem, camToWorld } = makePoseScene({ count: 1000, seed, noisePx: 1, outliers, shape: 'plane' });
      const { rotationRad, distance } = poseError(solvePnp(problem)?.camToWorld, camToWorld);
      expect(rotationRad).toBeLessThan(6e-3);
      expect(distance).toBeLessThan(2.5e-2);
    }
  });

  it('finds the pose when four in five are outliers, and says which', () => {
    const { problem, camToWorld } = makePoseScene({ count: 1000, seed: 3, noisePx: 0.5, outliers: 0.8 });
    const found = solvePnp(problem);
    expect(poseError(found?.camToWorld, camToWorld).distance).toBeLessThan(2e-2);
    expect(found?.inliers.length).toBeGreaterThan(170);
    expect(found?.inliers.length).toBeLessThan(230);
    expect(found?.reprojectionErrorPx).toBeLessThan(1.5);
  });

  it('stands far from the origin and at any scale', () => {
    const { problem, camToWorld } = makePoseScene({ count: 300, seed: 5 });
    for (const [scale, offset] of [
      [1e-6, 0],
      [1, 1e6],
      [1e6, 0],
    ] as const) {
      const points = Float64Array.from(problem.points, (x) => scale * x + offset);
      const expected = camToWorld.map((x, i) => ([3, 7, 11].includes(i) ? scale * x + offset : x));
      const { distance } = poseError(solvePnp({ ...problem, points })?.camToWorld, expected);
      expect(distance / scale).toBeLessThan(1e-3);
    }
  });

  it('gives the same pose again, and leaves out what is not finite', () => {
    const { problem, camToWorld } = makePoseScene({ count: 500, seed: 7, noisePx: 1, outliers: 0.3 });
    expect(solvePnp(problem)).toEqual(solvePnp(problem));
    const points = Float64Array.from(problem.points);
    const pixels = Float64Array.from(problem.pixels);
    points.set([Number.NaN, Infinity, -Infinity], 30);
    pixels[40] = Number.NaN;
    const found = solvePnp({ ...problem, points, pixels });
    expect(poseError(found?.camToWorld, camToWorld).distance).toBeLessThan(1e-2);
    for (const lost of [10, 20]) expect(found?.inliers.includes(lost)).toBe(false);
  });

  it('has no pose for too few points, a line, a single point or noise', () => {
    const random = createFastRandom(1);
    const noise = (count: number) => Float64Array.from({ length: count }, () => 480 * random.uniform());
    const { problem } = makePoseScene({ count: 3, seed: 1 });
    expect(solvePnp(problem)).toBeUndefined();
    expect(solvePnp(makePoseScene({ count: 100, seed: 1, shape: 'line' }).problem)).toBeUndefined();
    const same = { points: new Float64Array(300).fill(2), pixels: noise(200) };
    expect(solvePnp({ ...problem, ...same })).toBeUndefined();
    const arbitrary = { points: noise(600), pixels: noise(400) };
    expect(solvePnp({ ...problem, ...arbitrary }, { maxTrials: 500 })).toBeUndefined();
    expect(solvePnp({ ...problem, points: new Float64Array(0), pixels: new Float64Array(0) })).toBeUndefined();
  });

  it('refuses points and pixels that do not correspond', () => {
    const { problem } = makePoseScene({ count: 10, seed: 1 });
    expect(() => solvePnp({ ...problem, pixels: new Float64Array(18) })).toThrow('got 30 and 18 values');
  });
});
