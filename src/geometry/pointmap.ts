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
