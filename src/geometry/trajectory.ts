import type { Matrix4 } from './camera.ts';
import { type Quaternion, quaternionToRotation, rotationToQuaternion } from './quaternion.ts';
import { rigidTransform, rotationOf, translationOf } from './rigid.ts';
import { type RotationKey, squad } from './squad.ts';

/** A pose at a time, in seconds. */
export interface TimedPose {
  readonly time: number;
  readonly camToWorld: Matrix4;
}

/** Poses in the order of time, to be asked for the ones between. */
export interface Trajectory {
  readonly keys: readonly (RotationKey & { readonly position: readonly number[] })[];
}

/** Sorts poses by time. Of two at one time the first counts. @throws RangeError if there is none */
export function createTrajectory(poses: readonly TimedPose[]): Trajectory {
  const sorted = [...poses].sort((a, b) => a.time - b.time);
  const distinct = sorted.filter(({ time }, i) => time !== sorted[i - 1]?.time);
  if (distinct.length === 0) throw new RangeError('createTrajectory: expected poses, got none');
  return {
    keys: distinct.map(({ time, camToWorld }) => ({
      time,
      rotation: rotationToQuaternion(rotationOf(camToWorld)),
      position: [...translationOf(camToWorld)],
    })),
  };
}

export interface PoseLimits {
  /** Seconds by which a time may lie before the first pose or after the last, which then counts. */
  readonly margin: number;
  /** Seconds between two poses over which nothing is interpolated. */
  readonly longestGap: number;
}

/**
 * Camera to world at a time between poses: rotations along a spherical quadrangle curve, positions along straight lines.
 * @throws RangeError, one line, for a time at which the trajectory says nothing
 */
export function poseAt({ keys }: Trajectory, time: number, { margin, longestGap }: PoseLimits): Matrix4 {
  const [first, last] = [keys[0], keys[keys.length - 1]] as [Key, Key];
  if (!(time >= first.time - margin && time <= last.time + margin))
    throw new RangeError(
      `the time ${time} lies outside of the trajectory, which goes from ${first.time} to ${last.time}`,
    );
  if (time <= first.time) return poseOf(first.rotation, first.position);
  if (time >= last.time) return poseOf(last.rotation, last.position);
  const next = firstAfter(keys, time);
  const [from, to] = [keys[next - 1], keys[next]] as [Key, Key];
  if (time === from.time) return poseOf(from.rotation, from.position);
  if (to.time - from.time > longestGap)
    throw new RangeError(
      `the time ${time} lies in a gap of the trajectory, which has no pose from ${from.time} to ${to.time}`,
    );
  const part = (time - from.time) / (to.time - from.time);
  const position = from.position.map((value, i) => value + part * ((to.position[i] as number) - value));
  return poseOf(squad([keys[next - 2], from, to, keys[next + 1]], time), position);
}

type Key = Trajectory['keys'][number];

/** Position of the first key later than `time`, by halving. */
function firstAfter(keys: readonly Key[], time: number): number {
  let [low, high] = [0, keys.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as Key).time > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

function poseOf(rotation: Quaternion, position: readonly number[]): Matrix4 {
  return rigidTransform(quaternionToRotation(rotation), position);
}
