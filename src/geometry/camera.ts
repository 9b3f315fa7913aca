/** Row-major 4×4 rigid transform, in float64. OpenCV axes: x right, y down, z forward. */
export type Matrix4 = Float64Array;

/** A pinhole camera; pixel centres are at integers. */
export interface Camera {
  readonly width: number;
  readonly height: number;
  readonly focalPx: readonly [x: number, y: number];
  readonly principalPx: readonly [x: number, y: number];
  readonly camToWorld: Matrix4;
}
