import { expect } from '@jest/globals';
import fc from 'fast-check';
import type { Matrix4 } from '#geometry/camera.ts';
import { type Quaternion, quaternionToRotation } from '#geometry/quaternion.ts';
import { type Matrix3, rigidTransform } from '#geometry/rigid.ts';

const coordinate = fc.double({ min: -10, max: 10, noNaN: true });

/** Unit quaternions; the shortest draws are left out, which normalizing would spoil. */
export const aQuaternion: fc.Arbitrary<Quaternion> = fc
  .tuple(coordinate, coordinate, coordinate, coordinate)
  .filter((q) => Math.hypot(...q) > 1e-3)
  .map(([x, y, z, w]) => {
    const length = Math.hypot(x, y, z, w);
    return [x / length, y / length, z / length, w / length] as const;
  });

export const aRotation: fc.Arbitrary<Matrix3> = aQuaternion.map(quaternionToRotation);

export const aTranslation = fc.tuple(coordinate, coordinate, coordinate);

export const aRigidTransform: fc.Arbitrary<Matrix4> = fc
  .tuple(aRotation, aTranslation)
  .map(([rotation, translation]) => rigidTransform(rotation, translation));

/** [count, 3] coordinates between −10 and 10. */
export const pointsOf = (count: number): fc.Arbitrary<Float64Array> =>
  fc.array(coordinate, { minLength: 3 * count, maxLength: 3 * count }).map((values) => Float64Array.from(values));

/** Every value within the tolerance of its counterpart. */
export function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const differences = Array.from(actual, (value, i) => Math.abs(value - (expected[i] as number)));
  expect(Math.max(...differences)).toBeLessThanOrEqual(tolerance);
}
