import type { Matrix4 } from '#geometry/camera.ts';
import type { PnpProblem } from '#geometry/pnp.ts';
import type { Sightings } from '#geometry/pose-refine.ts';
import { quaternionToRotation } from '#geometry/quaternion.ts';
import { rigidTransform, rotationDistanceRad, rotationOf, transformPoints, translationOf } from '#geometry/rigid.ts';
import { createFastRandom, type FastRandom } from '#tensor/random.ts';

export interface PoseSceneOptions {
  readonly count: number;
  readonly seed: number;
  readonly noisePx?: number;
  /** The share of points with an arbitrary pixel. */
  readonly outliers?: number;
  readonly shape?: 'volume' | 'plane' | 'line';
}

/** Points seen by a camera at a random place, and its pose: 640 × 480 pixels, focal length 500. */
export function makePoseScene(options: PoseSceneOptions): { problem: PnpProblem; camToWorld: Matrix4 } {
  const { count, seed, noisePx = 0, outliers = 0, shape = 'volume' } = options;
  const random = createFastRandom(seed);
  const camToWorld = randomPose(random);
  const inCamera = new Float64Array(3 * count);
  const pixels = new Float64Array(2 * count);
  for (let i = 0; i < count; i++) {
    const [x, y, z] = placePoint(shape, random);
    inCamera.set([(z * (x - 320)) / 500, (z * (y - 240)) / 500, z], 3 * i);
    const isOutlier = random.uniform() < outliers;
    pixels[2 * i] = isOutlier ? 640 * random.uniform() : x + noisePx * random.normal();
    pixels[2 * i + 1] = isOutlier ? 480 * random.uniform() : y + noisePx * random.normal();
  }
  const points = transformPoints(camToWorld, inCamera);
  return { problem: { points, pixels, focalPx: [500, 500], principalPx: [320, 240] }, camToWorld };
}

/** Pixel and depth. */
function placePoint(shape: 'volume' | 'plane' | 'line', random: FastRandom): [number, number, number] {
  const x = 640 * random.uniform();
  switch (shape) {
    case 'volume':
      return [x, 480 * random.uniform(), 2 + 4 * random.uniform()];
    case 'plane':
      return [x, 480 * random.uniform(), 4 / (1 + (x - 320) / 2000)];
    case 'line':
      return [x, 0.3 * x + 50, 4 / (1 + (x - 320) / 2000)];
  }
}

export function randomPose(random: FastRandom): Matrix4 {
  const { normal } = random;
  const rotation = quaternionToRotation([normal(), normal(), normal(), normal()]);
  return rigidTransform(rotation, [3 * normal(), 3 * normal(), 3 * normal()]);
}

/** The problem as the solvers inside see it. */
export function sightingsOf({ points, pixels, focalPx, principalPx }: PnpProblem): Sightings {
  const rays = Float64Array.from(pixels, (value, i) => {
    const axis = (i % 2) as 0 | 1;
    return (value - principalPx[axis]) / focalPx[axis];
  });
  return { points: Float64Array.from(points), rays, focalPx };
}

/** Infinite when there is no pose. */
export function poseError(found: Matrix4 | undefined, expected: Matrix4): { rotationRad: number; distance: number } {
  if (found === undefined) return { rotationRad: Infinity, distance: Infinity };
  const [a, b] = [translationOf(found), translationOf(expected)];
  return {
    rotationRad: rotationDistanceRad(rotationOf(found), rotationOf(expected)),
    distance: Math.hypot(...a.map((x, i) => x - (b[i] as number))),
  };
}
