/**
 * A symmetrised batch of B pairs on the host (spec 3.5). Image 2i and image 2i + 1 are the two views of pair i; row r of
 * the batch is the ordered pair (image r, its partner). Every image is therefore once a first view and once a second
 * view, and is encoded once. Partner of r: r ^ 1.
 */
export interface PairBatch {
  readonly pairs: number;
  /** Of the stored grids: width ≥ height. */
  readonly width: number;
  readonly height: number;
  /** [2B, H, W, 3] in [-1, 1]. */
  readonly images: Float32Array;
  /** (height, width) of each image in its true orientation. */
  readonly trueShapes: readonly (readonly [height: number, width: number])[];
  /** [2B, H, W, 3]: points of image r in the frame of camera r. */
  readonly points1: Float32Array;
  /** [2B, H, W, 3]: points of the partner of r in the frame of camera r, in the partner's pixel grid. */
  readonly points2: Float32Array;
  /** [2B, H, W]: where image r has depth. The partner's is row r ^ 1. */
  readonly valid: Uint8Array;
  /** `dataset/label/instance` of each image, for logs and pictures. */
  readonly names: readonly string[];
}
