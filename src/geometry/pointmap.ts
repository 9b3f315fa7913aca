/**
 * What the network predicts for one view, on the host: a 3D point and a confidence for every pixel.
 * `points` is row-major [height, width, 3], `confidence` [height, width], above 1 in the default mode.
 */
export interface Pointmap {
  readonly width: number;
  readonly height: number;
  readonly points: Float32Array;
  readonly confidence: Float32Array;
}

/** One ordered pair (DUSt3R section 3): both pointmaps are in the frame of view 1's camera, up to a common scale. */
export interface PairPointmaps {
  readonly view1: Pointmap;
  readonly view2: Pointmap;
}

/**
 * What the network says of one ordered pair of a scene's images; both pointmaps are in the first image's camera frame.
 * `view1` and `view2` may be getters that read from disk: the default alignment reads each a few times, never many at once.
 */
export interface PairwisePrediction extends PairPointmaps {
  /** Index of the image that is view 1. */
  readonly first: number;
  /** Index of the image that is view 2. */
  readonly second: number;
}
