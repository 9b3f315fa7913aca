import type { Matrix4 } from '#geometry/camera.ts';
import { quaternionToRotation, rotationToQuaternion } from '#geometry/quaternion.ts';
import { determinant3, rigidTransform, rotationOf, translationOf } from '#geometry/rigid.ts';

/** A rotation this far from orthonormal is no rounding any more. */
const maxDeviation = 1e-2;

export type ReadPose =
  | { readonly camToWorld: Matrix4; readonly deviation: number }
  | { readonly problem: string; readonly kind: 'pose' | 'tracking' };

/**
 * A stored 4×4 (or 3×4) matrix as a rigid transform: its rotation is made exactly orthonormal. What is no rigid
 * transform, or not finite (as where tracking was lost), is a problem.
 * @param numbers 16 or 12, row by row
 */
export function readPose(numbers: readonly number[]): ReadPose {
  const problem = (reason: string) => ({ problem: reason, kind: 'pose' }) as const;
  if (numbers.length !== 16 && numbers.length !== 12) return problem(`expected 16 numbers, got ${numbers.length}`);
  if (!numbers.every(Number.isFinite))
    return { problem: 'the pose is not finite: tracking was lost', kind: 'tracking' };
  const matrix = Float64Array.from([...numbers.slice(0, 12), 0, 0, 0, 1]);
  const last = numbers.slice(12);
  if (last.some((value, i) => Math.abs(value - (i === 3 ? 1 : 0)) > 1e-6))
    return problem(`the last row of the pose is [${last.join(', ')}], not [0, 0, 0, 1] (stored column by column?)`);
  const deviation = rotationDeviation(matrix);
  if (!(deviation <= maxDeviation)) {
    const isMirrored = deviation < 10 && determinant3(rotationOf(matrix)) < 0;
    return problem(
      `the pose holds no rotation: ${isMirrored ? 'it mirrors' : `R·Rᵀ is off the identity by ${deviation.toPrecision(2)}`}`,
    );
  }
  const rotation = quaternionToRotation(rotationToQuaternion(rotationOf(matrix)));
  return { camToWorld: rigidTransform(rotation, translationOf(matrix)), deviation };
}

/** The largest entry of R·Rᵀ − 1; 2 or more for a mirror image. */
function rotationDeviation(matrix: Matrix4): number {
  const rotation = rotationOf(matrix);
  let worst = determinant3(rotation) > 0 ? 0 : 2;
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      let product = i === j ? -1 : 0;
      for (let k = 0; k < 3; k++) product += (rotation[3 * i + k] as number) * (rotation[3 * j + k] as number);
      worst = Math.max(worst, Math.abs(product));
    }
  }
  return worst;
}
