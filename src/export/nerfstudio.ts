import type { Camera } from '#geometry/camera.ts';
import { expectNamedCamera, type NamedCamera } from './named-camera.ts';

/** A photograph for nerfstudio; paths are relative to transforms.json, with slashes. */
export interface NerfstudioFrame extends NamedCamera {
  /** In pixels of the upright file at `filePath`. */
  readonly camera: Camera;
  readonly filePath: string;
  /** A depth map of the photograph's size, 16-bit PNG: depth = nerfstudioDepthUnit · stored. */
  readonly depthFilePath?: string;
}

/** What nerfstudio takes one step of a depth PNG for, unless told otherwise (its `depth_unit_scale_factor`). */
export const nerfstudioDepthUnit = 0.001;

/**
 * nerfstudio's `transforms.json`: camera to world with OpenGL axes (x right, y up, z backward) in the world of the points,
 * whose axes stay as they are, and intrinsics for each frame with pixel centres at halves, as COLMAP has them.
 * @param pointsPath the PLY of starting points for splats, relative to the file
 */
export function encodeTransformsJson(frames: readonly NerfstudioFrame[], pointsPath?: string): string {
  for (const frame of frames) expectNamedCamera('encodeTransformsJson', frame);
  const described = frames.map(({ camera, filePath, depthFilePath }) => ({
    file_path: filePath,
    ...(depthFilePath === undefined ? {} : { depth_file_path: depthFilePath }),
    w: camera.width,
    h: camera.height,
    fl_x: camera.focalPx[0],
    fl_y: camera.focalPx[1],
    cx: camera.principalPx[0] + 0.5,
    cy: camera.principalPx[1] + 0.5,
    transform_matrix: openglCamToWorld(camera),
  }));
  const points = pointsPath === undefined ? {} : { ply_file_path: pointsPath };
  return `${JSON.stringify({ camera_model: 'PINHOLE', ...points, frames: described }, null, 2)}\n`;
}

/** camToWorld · diag(1, −1, −1, 1), in rows. */
function openglCamToWorld({ camToWorld }: Camera): number[][] {
  const signs = [1, -1, -1, 1];
  return [0, 1, 2, 3].map((row) =>
    signs.map((sign, column) => {
      const value = sign * (camToWorld[4 * row + column] as number);
      return value === 0 ? 0 : value; // no −0
    }),
  );
}
