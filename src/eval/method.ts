import type { Camera, Matrix4 } from '#geometry/camera.ts';
import type { PixelMap } from '#image/pixel-map.ts';
import type { PixelMapping } from '#image/pixel-mapping.ts';
import type { RgbImage } from '#image/rgb-image.ts';

/** A photograph with what is known to be true of it, in its own pixels. */
export interface EvalView {
  /** Unique within its scene. */
  readonly name: string;
  readonly image: RgbImage;
  /** OpenCV axes, pixel centres at integers; camToWorld in the truth's unit, of one world for all views of a scene. */
  readonly camera: Camera;
  /** [height, width] like the image: z in the camera's frame; 0 or less: not known. Missing where only poses are. */
  readonly depth?: Float32Array;
}

/** Two views of one scene. */
export interface EvalPair {
  readonly scene: string;
  readonly views: readonly [EvalView, EvalView];
  /** The share that both views see, where the source tells it. */
  readonly overlap?: number;
}

/** Some views of one scene. */
export interface EvalScene {
  readonly name: string;
  readonly views: readonly EvalView[];
}

/** A map that a method gives of one view, on its own grid of pixels. */
export interface EstimatedGrid {
  /** Where its pixels lie in the photograph; the identity for a map of the photograph's size. */
  readonly mapping: PixelMapping;
}

/** [height, width]: z in the view's own camera, up to scale; not finite, or 0 or less: none. */
export interface EstimatedDepth extends PixelMap, EstimatedGrid {}

/** A 3D point for every pixel. */
export interface EstimatedPointmap extends EstimatedGrid {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3]; not finite: none. */
  readonly points: Float32Array;
  /** [height, width]; more is better. */
  readonly confidence?: Float32Array;
}

/** What a method says of a pair. What it cannot say, or failed to find, is missing, and counts as a failure. */
export interface PairEstimate {
  /** From the frame of camera 2 to that of camera 1, the translation up to scale. */
  readonly view2ToView1?: Matrix4;
  /** Of each view, in pixels of the photograph. */
  readonly focalsPx?: readonly [number, number];
  /** Of each view in its own camera; each up to a scale of its own. */
  readonly depths?: readonly [EstimatedDepth | undefined, EstimatedDepth | undefined];
  /** Of both views in the frame of camera 1, up to one scale. */
  readonly pointmaps?: readonly [EstimatedPointmap, EstimatedPointmap];
}

/** What a method says of a scene's views, in their order and in one world, up to a similarity. */
export interface SceneEstimate {
  /** Nothing for a view that was not placed. */
  readonly camToWorld: readonly (Matrix4 | undefined)[];
  readonly focalsPx?: readonly (number | undefined)[];
  /** Of each view in its own camera. */
  readonly depths?: readonly (EstimatedDepth | undefined)[];
}

export interface EstimateOptions {
  readonly signal?: AbortSignal;
}

/** Something that is evaluated. It sees the photographs; of the truth it must use nothing. */
export interface EvalMethod {
  /** Of the table's row. */
  readonly name: string;
  /** What it was run with, for the report. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /**
   * A method that finds nothing gives an empty estimate; throwing ends the evaluation.
   * @throws the signal's reason when it is aborted
   */
  estimatePair(pair: EvalPair, options?: EstimateOptions): Promise<PairEstimate>;
  /** Missing: the method has no scores of whole scenes. */
  estimateScene?(scene: EvalScene, options?: EstimateOptions): Promise<SceneEstimate>;
  dispose(): void | Promise<void>;
}
