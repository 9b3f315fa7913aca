import type { Camera } from '#geometry/camera.ts';
import type { RgbImage } from '#image/rgb-image.ts';

/** A photograph and what is known of it, as a dataset reads it: in its true orientation, not yet cropped or resized. */
export interface RawView {
  readonly image: RgbImage;
  /** [height, width] like the image: z in the camera's frame, in the dataset's unit. 0: unknown; negative: sky. */
  readonly depth: Float32Array;
  /** Of this image; OpenCV axes, pixel centres at integers, camToWorld in the dataset's unit. */
  readonly camera: Camera;
  readonly dataset: string;
  /** The scene or sequence. */
  readonly label: string;
  /** The image: unique within the dataset. */
  readonly instance: string;
}

/**
 * A view as the network is trained on: cropped, resized, normalised, and stored landscape: the pixel grids of a portrait
 * view are transposed (spec 4.1, step 5), while its camera, `trueShape` and the XYZ of its points stay those of the
 * portrait image.
 */
export interface View {
  /** [H, W, 3] in [-1, 1]. */
  readonly image: Float32Array;
  /** [H, W, 3] in this view's own camera frame; 0 where not valid. */
  readonly pointsInCamera: Float32Array;
  /** [H, W]: 1 where there is a depth above 0, 0 elsewhere. */
  readonly valid: Uint8Array;
  /** Of the stored grid: W ≥ H. */
  readonly width: number;
  readonly height: number;
  /** (height, width) of the image in its true orientation. */
  readonly trueShape: readonly [height: number, width: number];
  readonly camera: Camera;
  readonly dataset: string;
  readonly label: string;
  readonly instance: string;
}

/** (width, height) with width ≥ height; a portrait view takes it turned. */
export type Resolution = readonly [width: number, height: number];
