import { storedCamera } from '#data/published/stored-camera.ts';
import type { Camera } from '#geometry/camera.ts';
import { invertRigid } from '#geometry/rigid.ts';
import type { Size } from './cover.ts';

/**
 * A camera from matrices as datasets store them whose poses lead from the world to the camera.
 * @param intrinsics 3×3 without skew, pixel centres at integers
 * @param worldToCam 4×4, OpenCV axes
 * @param name what errors call it: the file, mostly
 * @throws Error, one line, if they are none
 */
export function worldToCamera(
  intrinsics: ArrayLike<number>,
  worldToCam: ArrayLike<number>,
  { width, height }: Size,
  name: string,
): Camera {
  const camera = storedCamera(intrinsics, worldToCam, name);
  return { ...camera, camToWorld: invertRigid(camera.camToWorld), width, height };
}
