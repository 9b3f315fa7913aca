import { readPose } from '#data/rgbd-layouts/pose.ts';
import type { Camera } from '#geometry/camera.ts';

/** What a dataset stores of a camera: all but the size of its image. */
export type StoredCamera = Omit<Camera, 'width' | 'height'>;

/**
 * A camera from its stored matrices.
 * @param intrinsics 3×3 without skew, pixel centres at integers
 * @param camToWorld 4×4, OpenCV axes; made exactly orthonormal
 * @param name what errors call it: the file, mostly
 * @throws Error, one line, if they are none
 */
export function storedCamera(intrinsics: ArrayLike<number>, camToWorld: ArrayLike<number>, name: string): StoredCamera {
  const K = Array.from(intrinsics);
  const [fx = 0, skew, cx = Number.NaN, zero, fy = 0, cy = Number.NaN, ...last] = K;
  const isPinhole = skew === 0 && zero === 0 && last.join() === '0,0,1';
  if (!isPinhole || !K.every(Number.isFinite) || !(fx > 0 && fy > 0)) {
    throw new Error(
      `${name}: expected intrinsics [fx, 0, cx], [0, fy, cy], [0, 0, 1] of finite numbers, found [${K.join(', ')}]`,
    );
  }
  const pose = readPose(Array.from(camToWorld));
  if ('problem' in pose) throw new Error(`${name}: ${pose.problem}`);
  return { focalPx: [fx, fy], principalPx: [cx, cy], camToWorld: pose.camToWorld };
}
