import type { ColmapLens, ColmapPose } from '#formats/colmap.ts';
import type { Matrix4 } from '#geometry/camera.ts';
import type { Distortion } from '#geometry/distortion.ts';
import { quaternionToRotation } from '#geometry/quaternion.ts';
import { invertRigid, rigidTransform } from '#geometry/rigid.ts';
import type { Lens } from '#geometry/undistort.ts';

/** A lens of a COLMAP model in our pixels. */
export interface DistortedLens {
  /** Pixel centres at integers: half a pixel less than COLMAP's. */
  readonly lens: Lens;
  readonly distortion: Distortion;
}

interface ModelShape {
  readonly model: Distortion['model'];
  /** Of the parameters 1 or 2 are focal lengths; then comes the principal point, then the distortion. */
  readonly focals: 1 | 2;
}

const shapes: Readonly<Record<string, ModelShape>> = {
  SIMPLE_PINHOLE: { model: 'brown', focals: 1 },
  PINHOLE: { model: 'brown', focals: 2 },
  SIMPLE_RADIAL: { model: 'brown', focals: 1 },
  RADIAL: { model: 'brown', focals: 1 },
  OPENCV: { model: 'brown', focals: 2 },
  FULL_OPENCV: { model: 'brown', focals: 2 },
  OPENCV_FISHEYE: { model: 'fisheye', focals: 2 },
  SIMPLE_RADIAL_FISHEYE: { model: 'fisheye', focals: 1 },
  RADIAL_FISHEYE: { model: 'fisheye', focals: 1 },
};

/**
 * @param name what errors call the model: its file or folder
 * @throws Error, one line, for a model that is none of these, and for numbers that are no camera
 */
export function lensOfColmap({ id, model, width, height, params }: ColmapLens, name: string): DistortedLens {
  const shape = shapes[model];
  if (!shape) {
    const known = Object.keys(shapes).join(', ');
    throw new Error(`${name}: camera ${id} is a ${model}; expected one of ${known}`);
  }
  const [fx = Number.NaN, fy = Number.NaN] = shape.focals === 1 ? [params[0], params[0]] : params;
  const [cx = Number.NaN, cy = Number.NaN, ...coefficients] = params.slice(shape.focals);
  const isCamera = fx > 0 && fy > 0 && [cx, cy, ...coefficients].every(Number.isFinite);
  if (!isCamera || !(width >= 1 && height >= 1))
    throw new Error(`${name}: camera ${id}: expected a ${model} of finite numbers, found [${params.join(', ')}]`);
  const lens = { width, height, focalPx: [fx, fy], principalPx: [cx - 0.5, cy - 0.5] } as const;
  return { lens, distortion: { model: shape.model, coefficients } };
}

/** Camera to world, OpenCV axes. @throws RangeError if its quaternion has no length */
export function camToWorldOfColmap({ rotation: [w, x, y, z], translation }: ColmapPose): Matrix4 {
  return invertRigid(rigidTransform(quaternionToRotation([x, y, z, w]), translation));
}
