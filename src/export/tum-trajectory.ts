import { rotationToQuaternion } from '#geometry/quaternion.ts';
import { rotationOf, translationOf } from '#geometry/rigid.ts';
import { expectNamedCamera, type NamedCamera } from './named-camera.ts';

/**
 * Camera poses as the TUM RGB-D benchmark writes them, a line each: timestamp tx ty tz qx qy qz qw, camera to world.
 * @param timestamps in seconds (default: 0, 1, 2 …)
 */
export function encodeTumTrajectory(cameras: readonly NamedCamera[], timestamps?: readonly number[]): string {
  if (timestamps && (timestamps.length !== cameras.length || !timestamps.every(Number.isFinite))) {
    throw new RangeError(
      `encodeTumTrajectory: expected ${cameras.length} finite timestamps, got ${timestamps.join(', ')}`,
    );
  }
  const lines = cameras.map((named, i) => {
    expectNamedCamera('encodeTumTrajectory', named);
    const { camToWorld } = named.camera;
    return [timestamps?.[i] ?? i, ...translationOf(camToWorld), ...rotationToQuaternion(rotationOf(camToWorld))];
  });
  return ['# timestamp tx ty tz qx qy qz qw', ...lines.map((line) => line.join(' ')), ''].join('\n');
}
