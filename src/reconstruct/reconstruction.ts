import type { SceneView } from '#align/scene.ts';
import type { Camera } from '#geometry/camera.ts';
import type { RgbImage } from '#image/rgb-image.ts';

/** One photograph of a finished scene. Its maps and `camera` have the network's resolution. */
export interface ReconstructedView extends SceneView {
  readonly name: string;
  readonly image: RgbImage;
  /** The same camera with intrinsics in pixels of the original photograph, upright. */
  readonly originalCamera: Camera;
}

/** Photographs with cameras and dense geometry in one world (OpenCV axes), up to scale. */
export interface Reconstruction {
  readonly views: readonly ReconstructedView[];
  /** The view whose camera is the world's origin. */
  readonly reference: number;
  /** False when the network's points allow no relative pose: the cameras then all stand at the origin. */
  readonly poseFound: boolean;
  /** What a pixel's confidence had to exceed to take part in the pose. */
  readonly minConfidence: number;
}
