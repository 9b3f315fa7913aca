import type { Camera } from '#geometry/camera.ts';

/** One image of a reconstruction. All maps are row-major, with the camera's width and height. */
export interface SceneView {
  readonly camera: Camera;
  /** [H, W]: z in the camera's frame. */
  readonly depth: Float32Array;
  /** [H, W, 3]: the depth map back-projected into the world. */
  readonly points: Float32Array;
  /** [H, W]: the highest that any pair gave, above 1 in the default mode. */
  readonly confidence: Float32Array;
}
