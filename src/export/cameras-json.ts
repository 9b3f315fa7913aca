import { type Camera, intrinsicsOf } from '#geometry/camera.ts';

import { expectNamedCamera, type NamedCamera } from './named-camera.ts';

const convention = {
  axes: 'OpenCV: x right, y down, z forward (the camera looks along +z)',
  camToWorld: '4x4 rigid transform, row by row: world = camToWorld * camera; its last column is the camera centre',
  pixels: 'of the original photograph, upright; the centre of the top-left pixel is (0, 0)',
  intrinsics: '3x3, row by row: [fx 0 cx; 0 fy cy; 0 0 1], in those pixels',
  maps: 'size and intrinsics of the depth and confidence maps, in pixels of theirs; same camToWorld',
  units: 'those of the points; DUSt3R recovers the scene up to scale',
};

export interface CameraEntry extends NamedCamera {
  /** The same camera at the resolution of the maps that lie beside it. */
  readonly mapCamera?: Camera;
}

/**
 * Cameras as JSON, with the convention stated inside. The cameras must be in pixels of the original photographs
 * (toOriginalCamera of geometry/camera.ts).
 * @param facts about the whole scene, such as whether a pose was found, which are written beside them
 */
export function encodeCamerasJson(
  cameras: readonly CameraEntry[],
  facts: Readonly<Record<string, boolean | number>> = {},
): string {
  for (const camera of cameras) expectNamedCamera('encodeCamerasJson', camera);
  const entries = cameras.map(({ name, camera, mapCamera }) => ({
    name,
    ...resolution(camera),
    camToWorld: rows(camera.camToWorld, 4),
    ...(mapCamera ? { maps: resolution(mapCamera) } : {}),
  }));
  return `${JSON.stringify({ convention, ...facts, cameras: entries }, null, 2)}\n`;
}

function resolution(camera: Camera) {
  return { width: camera.width, height: camera.height, intrinsics: rows(intrinsicsOf(camera), 3) };
}

function rows(matrix: ArrayLike<number>, size: number): number[][] {
  return Array.from({ length: size }, (_, row) => Array.from(matrix).slice(row * size, (row + 1) * size));
}
