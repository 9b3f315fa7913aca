import type { SceneView } from '#align/scene.ts';
import type { Camera } from '#geometry/camera.ts';
import type { RgbImage } from '#image/rgb-image.ts';

/** One photograph of a finished scene. Its maps and `camera` have the network's resolution. */
export interface ReconstructedView extends SceneView {
  readonly name: string;
  readonly image: RgbImage;
  /** The photograph's file, where it came from one. */
  readonly photographPath?: string;
  /** The same camera with intrinsics in pixels of the original photograph, upright. */
  readonly originalCamera: Camera;
}

/** What a pixel's confidence has to exceed to take part in a pose, and to be shown, unless another value is asked for. */
export const DEFAULT_CONFIDENCE = 3;

/** How well the scene explains what the network said of one ordered pair. */
export interface PairResidual {
  /** Index of the view that was the network's first. */
  readonly first: number;
  readonly second: number;
  /** How far, on average by weight, the network's points are from where the scene has them, in units of the scene. */
  readonly residual: number;
  /** The same as a part of the median depth of both views: 0.01 is good, 0.1 is a pair that disagrees. */
  readonly relativeResidual?: number;
  /** How much larger than the network's own points those of the scene are. */
  readonly scale?: number;
}

/** One or more photographs with cameras and dense geometry in one world (OpenCV axes), up to scale. */
export interface Reconstruction {
  readonly views: readonly ReconstructedView[];
  /** The view whose camera is the world's origin, or was where the alignment began. */
  readonly reference: number;
  /** False when the network's points allow no relative pose: the cameras then all stand at the origin. */
  readonly poseFound: boolean;
  /** Points are shown that are at least this confident; lower than what was asked for where that would show nothing. */
  readonly minConfidence: number;
  /** Of a globally aligned scene, in the order of the network's runs; none where two views were solved in closed form. */
  readonly pairs?: readonly PairResidual[];
  /** The objective where the alignment ended. */
  readonly loss?: number;
}
