import type { Camera, Matrix4 } from '#geometry/camera.ts';

/** One image of a reconstruction. All maps are row-major, with the camera's width and height. */
export interface SceneView {
  readonly camera: Camera;
  /** [H, W]: z in the camera's frame. */
  readonly depth: Float32Array;
  /** [H, W, 3]: the depth map back-projected into the world. */
  readonly points: Float32Array;
  /** [H, W]: the highest that any pair gave, above 1 in the default mode; 0 where it is masked. */
  readonly confidence: Float32Array;
}

/** What became of one pair of images. */
export interface AlignedPair {
  readonly first: number;
  readonly second: number;
  /** How much larger the world is than the pair's frame. */
  readonly scale: number;
  /** [σR·diag(a) | σT]: takes the pair's points into the world; `transformPoints` applies it. */
  readonly toWorld: Matrix4;
  /** How far, on average by weight, the pair's points are from where the scene has them, in the world's unit. */
  readonly residual: number;
  /** The residual as a part of the median depth of the pair's two views; 0.01 is good, 0.1 a pair that disagrees. */
  readonly relativeResidual: number;
}

/** What the global alignment makes of pairs. */
export interface AlignedScene {
  /** By image. */
  readonly views: readonly SceneView[];
  /** In the order of the input. */
  readonly pairs: readonly AlignedPair[];
  /** The objective over all pixels, in the end. */
  readonly loss: number;
  /** The objective before each iteration, over the pixels that the method descends on. */
  readonly losses: readonly number[];
  readonly iterations: number;
  readonly stopped: 'finished' | 'plateau';
  /** The images that pairs connect; more than one part only where 'separate' was asked for, and each in its own world. */
  readonly parts: readonly (readonly number[])[];
}

/** The pairs, those first that the scene agrees with least. */
export function worstPairs({ pairs }: Pick<AlignedScene, 'pairs'>): AlignedPair[] {
  return pairs.toSorted((a, b) => b.relativeResidual - a.relativeResidual);
}
