import { type ColmapLens, type ColmapPose, readColmap } from '#formats/colmap.ts';
import { expectSide } from '#formats/json-numbers.ts';
import { quaternionToRotation } from '#geometry/quaternion.ts';
import { invertRigid, rigidTransform } from '#geometry/rigid.ts';
import type { KnownCamera, KnownIntrinsics } from './known-cameras.ts';
import { HALF_PIXEL } from './known-numbers.ts';

/**
 * The images of a COLMAP model, in text or binary: world to camera, quaternions w x y z, pixel centres at halves. Lenses
 * with distortion are refused: the alignment's cameras have none.
 * @throws Error naming the file, and the line, camera or image
 */
export async function colmapCameras(folder: string): Promise<KnownCamera[]> {
  const { lenses, poses } = await readColmap(folder);
  if (poses.length === 0) throw new Error(`${folder}: expected a COLMAP model with images, found none`);
  const intrinsics = new Map([...lenses].map(([id, lens]) => [id, intrinsicsOf(lens, folder)]));
  return poses.map((pose) => ({
    name: pose.name,
    camToWorld: camToWorldOf(pose, folder),
    intrinsics: intrinsics.get(pose.cameraId) as KnownIntrinsics,
  }));
}

function intrinsicsOf({ id, model, width, height, params }: ColmapLens, folder: string): KnownIntrinsics {
  const where = `${folder}, camera ${id}`;
  const isOneFocal = model === 'SIMPLE_PINHOLE';
  if (!isOneFocal && model !== 'PINHOLE')
    throw new Error(
      `${where}: expected no distortion (PINHOLE, SIMPLE_PINHOLE), got ${model}; undistort the photographs first`,
    );
  const [fx, fy, cx, cy] = (isOneFocal ? [params[0], ...params] : params) as [number, number, number, number];
  return {
    width: expectSide(width, where),
    height: expectSide(height, where),
    focalPx: [fx, fy],
    principalPx: [cx - HALF_PIXEL, cy - HALF_PIXEL],
  };
}

function camToWorldOf({ name, rotation: [w, x, y, z], translation }: ColmapPose, folder: string) {
  const length = Math.hypot(w, x, y, z);
  if (!(length > 0)) throw new Error(`${folder}, ${name}: expected a quaternion, got four zeros`);
  const rotation = quaternionToRotation([x / length, y / length, z / length, w / length]);
  return invertRigid(rigidTransform(rotation, translation));
}
