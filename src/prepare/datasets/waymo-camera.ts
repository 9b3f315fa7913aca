import type { WaymoCamera } from '#formats/waymo-frame.ts';
import type { Camera } from '#geometry/camera.ts';
import type { Distortion } from '#geometry/distortion.ts';
import { invertRigid } from '#geometry/rigid.ts';
import { centredLens, type Lens, type SamplingMap, undistortionMap } from '#geometry/undistort.ts';
import { roundHalfToEven } from '#image/fit.ts';
import type { PixelMap } from '#image/pixel-map.ts';
import { StraightRays } from './straight-rays.ts';
import { type LidarPoints, waymoPose } from './waymo-lidar.ts';

/** What a camera of a car needs for its photographs to become a pinhole camera's: the same for a whole segment. */
export interface StraightLens {
  readonly pinhole: Lens;
  readonly map: SamplingMap;
  readonly rays: StraightRays;
}

export function straightLens(camera: WaymoCamera): StraightLens {
  const lens = lensOf(camera);
  const distortion: Distortion = { model: 'brown', coefficients: [...camera.distortion] };
  const pinhole = centredLens(lens, distortion, 0);
  return { pinhole, map: undistortionMap(lens, distortion, pinhole), rays: new StraightRays(lens, distortion) };
}

/** As it is calibrated, but for its distortion. */
export function lensOf({ width, height, focalPx, principalPx }: WaymoCamera): Lens {
  return { width, height, focalPx, principalPx };
}

/** The lens where the camera was while it took the photograph. */
export function cameraAt(lens: Lens, { cameraToVehicle, vehicleToWorld }: WaymoCamera): Camera {
  return { ...lens, camToWorld: waymoPose(cameraToVehicle, vehicleToWorld) };
}

/** How points get to their pixels in the photograph that is written. */
export interface Splatting {
  /** Of Waymo's cameras, from 1. */
  readonly number: number;
  /** Of the photograph that is written. */
  readonly camera: Camera;
  /** Writes where the ray of a pixel of the raw photograph meets the plane at depth 1; NaN for none. */
  readonly rayOf: (u: number, v: number, ray: Float64Array) => void;
  /** As the original does it: what comes last counts, not what is nearest, and what lies outside goes to the edge. */
  readonly asOriginal: boolean;
}

/** The depth of the points that a camera sees, each at the pixel that is nearest to where it is seen; 0 elsewhere. */
export function splatDepth({ points, projections }: LidarPoints, splatting: Splatting): PixelMap {
  const { camera, number, rayOf, asOriginal } = splatting;
  const { width, height } = camera;
  const toCamera = invertRigid(camera.camToWorld);
  const depth = new Float32Array(width * height);
  const ray = new Float64Array(2);
  for (let i = 0; i < projections.length; i += 3) {
    if (projections[i] !== number) continue;
    const z = depthOf(toCamera, points, 3 * Math.floor(i / 6));
    rayOf(projections[i + 1] as number, projections[i + 2] as number, ray);
    const pixel = asOriginal ? edgePixel(camera, ray) : pixelOf(camera, ray);
    if (!(z > 0) || pixel < 0) continue;
    const before = depth[pixel] as number;
    if (asOriginal || before === 0 || z < before) depth[pixel] = z;
  }
  return { width, height, values: depth };
}

/** z of a point in the camera's frame. */
function depthOf(toCamera: Float64Array, points: Float64Array, at: number): number {
  return (
    (toCamera[8] as number) * (points[at] as number) +
    (toCamera[9] as number) * (points[at + 1] as number) +
    (toCamera[10] as number) * (points[at + 2] as number) +
    (toCamera[11] as number)
  );
}

/** −1 outside. */
function pixelOf({ width, height, focalPx, principalPx }: Camera, ray: Float64Array): number {
  const u = roundHalfToEven((ray[0] as number) * focalPx[0] + principalPx[0]);
  const v = roundHalfToEven((ray[1] as number) * focalPx[1] + principalPx[1]);
  return u >= 0 && v >= 0 && u < width && v < height ? v * width + u : -1;
}

function edgePixel({ width, height, focalPx, principalPx }: Camera, ray: Float64Array): number {
  const u = roundHalfToEven((ray[0] as number) * focalPx[0] + principalPx[0]);
  const v = roundHalfToEven((ray[1] as number) * focalPx[1] + principalPx[1]);
  return Math.min(Math.max(v, 0), height - 1) * width + Math.min(Math.max(u, 0), width - 1);
}
