import { storedCamera } from '#data/published/stored-camera.ts';
import type { Camera } from '#geometry/camera.ts';
import type { Co3dFrame } from './co3d-annotations.ts';

/**
 * PyTorch3D's camera as OpenCV's: x and y point the other way, and intrinsics are in pixels. A principal point of 0 is
 * the middle of the image, (W − 1) / 2 where pixel centres are at integers.
 * @param isFromCorner as the original has it: the middle is W / 2, half a pixel off
 * @throws Error, one line that names the photograph, if the numbers are no camera
 */
export function co3dCamera({ imagePath, width, height, viewpoint }: Co3dFrame, isFromCorner: boolean): Camera {
  const { R, T, focal_length, principal_point, intrinsics_format = 'ndc_norm_image_bounds' } = viewpoint;
  // What reaches from 0 to 1: half of the short side, or in the format of the dataset's first version half of each.
  const isIsotropic = intrinsics_format === 'ndc_isotropic';
  if (!isIsotropic && intrinsics_format !== 'ndc_norm_image_bounds')
    throw new Error(`${imagePath}: expected intrinsics_format ndc_isotropic, found ${intrinsics_format}`);
  const units = isIsotropic ? [Math.min(width, height) / 2, Math.min(width, height) / 2] : [width / 2, height / 2];
  const origin = isFromCorner ? 0 : 0.5;
  const focal = (axis: 0 | 1) => number(focal_length, axis) * (units[axis] as number);
  const principal = (axis: 0 | 1, size: number) =>
    size / 2 - number(principal_point, axis) * (units[axis] as number) - origin;
  const K = [focal(0), 0, principal(0, width), 0, focal(1), principal(1, height), 0, 0, 1];
  return { ...storedCamera(K, camToWorld(R, T), imagePath), width, height };
}

/** The rotation's columns are the camera's axes in the world; it stands at −R · T. */
function camToWorld(R: readonly (readonly number[])[], T: readonly number[]): number[] {
  const rows = [0, 1, 2].map((row) => {
    const [a, b, c] = [0, 1, 2].map((column) => number(R?.[row] ?? [], column)) as [number, number, number];
    const centre = -(a * number(T, 0) + b * number(T, 1) + c * number(T, 2));
    return [-a, -b, c, centre];
  });
  return [...rows.flat(), 0, 0, 0, 1];
}

/** NaN, which no camera may have, where there is none. */
function number(values: readonly number[], at: number): number {
  const value: unknown = values?.[at];
  return typeof value === 'number' ? value : Number.NaN;
}
