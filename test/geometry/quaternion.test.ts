import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { quaternionToRotation, rotationToQuaternion } from '#geometry/quaternion.ts';
import { determinant3, multiply3, transpose3 } from '#geometry/rigid.ts';
import { aQuaternion, expectNear } from './arbitrary.ts';

describe('geometry/quaternion', () => {
  it('keeps the real part last: a quarter turn about z', () => {
    const half = Math.SQRT1_2;
    expectNear(quaternionToRotation([0, 0, half, half]), [0, -1, 0, 1, 0, 0, 0, 0, 1], 1e-15);
    expectNear(rotationToQuaternion(Float64Array.of(0, -1, 0, 1, 0, 0, 0, 0, 1)), [0, 0, half, half], 1e-15);
  });

  it('gives proper rotations', () => {
    fc.assert(
      fc.property(aQuaternion, (quaternion) => {
        const rotation = quaternionToRotation(quaternion);
        expectNear(multiply3(rotation, transpose3(rotation)), [1, 0, 0, 0, 1, 0, 0, 0, 1], 1e-14);
        expect(determinant3(rotation)).toBeCloseTo(1, 12);
      }),
    );
  });

  it('returns through the rotation, up to its sign', () => {
    fc.assert(
      fc.property(aQuaternion, (quaternion) => {
        const back = rotationToQuaternion(quaternionToRotation(quaternion));
        const sign = Math.sign(back.reduce((sum, value, i) => sum + value * (quaternion[i] as number), 0));
        expectNear(
          back.map((value) => sign * value),
          quaternion,
          1e-12,
        );
      }),
    );
  });

  it('converts half turns, where the real part vanishes', () => {
    for (const axis of [0, 1, 2]) {
      const quaternion = [0, 1, 2, 3].map((i) => Number(i === axis));
      const rotation = Float64Array.from({ length: 9 }, (_, i) => (i % 4 === 0 ? (i / 4 === axis ? 1 : -1) : 0));
      expectNear(rotationToQuaternion(rotation), quaternion, 1e-15);
    }
  });

  it('does not read the length, but refuses one of 0 or none', () => {
    expectNear(quaternionToRotation([0, 0, 3, 3]), quaternionToRotation([0, 0, 1, 1]), 1e-15);
    expect(() => quaternionToRotation([0, 0, 0, 0])).toThrow('expected a finite length above 0, got [0, 0, 0, 0]');
    expect(() => quaternionToRotation([Number.NaN, 0, 0, 1])).toThrow(RangeError);
  });
});
