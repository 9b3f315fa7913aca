import { Matrix4, Quaternion, Vector3 } from 'three';
import type { ViewHeader } from '#viewer/scene-format.ts';
import type { ViewPoints } from './decode-scene.ts';

/** Where the viewer stands and what they look at, in the upright frame (y up). */
export interface Viewpoint {
  readonly eye: Vector3;
  readonly target: Vector3;
  readonly fovDeg: number;
}

export interface Sphere {
  readonly centre: Vector3;
  readonly radius: number;
}

export const homeFovDeg = 50;
const sampleCount = 20_000;
/** The share of the window's height, about its middle, that the strip of views leaves free. */
const clearShare = 0.72;

export function cameraMatrix({ camToWorld }: ViewHeader): Matrix4 {
  return new Matrix4().fromArray(camToWorld).transpose();
}

/** World → upright frame: the mean of the cameras' up directions becomes y; their own, where they cancel out, the first's. */
export function uprightRotation(views: readonly ViewHeader[]): Quaternion {
  const ups = views.map((view) => new Vector3(0, -1, 0).transformDirection(cameraMatrix(view)));
  const mean = ups.reduce((sum, up) => sum.add(up), new Vector3()).divideScalar(ups.length);
  const up = mean.length() > 0.2 ? mean.normalize() : (ups[0] ?? mean);
  return new Quaternion().setFromUnitVectors(up, new Vector3(0, 1, 0));
}

/** A sphere about the bulk of the points, whatever a few outliers do; about the cameras if there are no points. */
export function boundBulk(clouds: readonly ViewPoints[], cameras: readonly Vector3[], upright: Quaternion): Sphere {
  const points = samplePoints(clouds).map((point) => point.applyQuaternion(upright));
  const bulk = points.length > 0 ? points : [...cameras];
  const centre = new Vector3(
    ...(['x', 'y', 'z'] as const).map((axis) =>
      quantile(
        bulk.map((point) => point[axis]),
        0.5,
      ),
    ),
  );
  const radius = quantile(
    bulk.map((point) => point.distanceTo(centre)),
    0.9,
  );
  return { centre, radius: radius > 0 ? radius : 1 };
}

function samplePoints(clouds: readonly ViewPoints[]): Vector3[] {
  const total = clouds.reduce((sum, { positions }) => sum + positions.length / 3, 0);
  const step = 3 * Math.ceil(total / sampleCount);
  return clouds.flatMap(({ positions }) =>
    Array.from({ length: Math.ceil(positions.length / step) }, (_, i) => new Vector3().fromArray(positions, i * step)),
  );
}

function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
}

/** From behind the photographers, a little aside and above, so that both the points and the cameras are in sight. */
export function homeViewpoint(bulk: Sphere, cameras: readonly Vector3[], aspect: number): Viewpoint {
  const { centre, radius } = bulk;
  const offsets = cameras.map((camera) => camera.clone().sub(centre));
  const direction = homeDirection(offsets, radius);
  const slopeY = Math.tan((homeFovDeg / 2) * (Math.PI / 180));
  const slopeX = slopeY * aspect;
  const toSeePoints = radius / Math.sin(Math.atan(Math.min(slopeX, slopeY)));
  const toSeeCameras = offsets.map((offset) => {
    const towardEye = offset.dot(direction);
    const y = Math.abs(offset.y - towardEye * direction.y) / Math.hypot(direction.x, direction.z);
    const x = Math.sqrt(Math.max(0, offset.lengthSq() - towardEye ** 2 - y ** 2));
    const margin = 0.25 * radius;
    return towardEye + Math.max((x + margin) / slopeX, (y + margin) / (clearShare * slopeY));
  });
  const distance = Math.min(Math.max(toSeePoints, ...toSeeCameras), 10 * radius);
  return { eye: direction.multiplyScalar(distance).add(centre), target: centre, fovDeg: homeFovDeg };
}

/** Unit vector from the points' centre to the eye. */
function homeDirection(offsets: readonly Vector3[], radius: number): Vector3 {
  const mean = offsets.reduce((sum, offset) => sum.add(offset), new Vector3()).divideScalar(offsets.length || 1);
  if (mean.length() < 0.1 * radius) mean.set(0, 0.3, 1);
  const azimuth = Math.atan2(mean.x, mean.z) + 0.35;
  const elevation = Math.min(1.1, Math.max(0.1, Math.atan2(mean.y, Math.hypot(mean.x, mean.z)) + 0.25));
  return new Vector3().setFromSphericalCoords(1, Math.PI / 2 - elevation, azimuth);
}

/** What a camera saw, whole: from its centre along the ray of its image's middle, at least as wide as its image. */
export function cameraViewpoint(view: ViewHeader, upright: Quaternion, scene: Sphere, aspect: number): Viewpoint {
  const { width, height, focalPx, principalPx } = view;
  const toUpright = new Matrix4().makeRotationFromQuaternion(upright).multiply(cameraMatrix(view));
  const eye = new Vector3().setFromMatrixPosition(toUpright);
  const middle = new Vector3(
    ((width - 1) / 2 - principalPx[0]) / focalPx[0],
    ((height - 1) / 2 - principalPx[1]) / focalPx[1],
    1,
  );
  const forward = middle.transformDirection(toUpright);
  const reach = Math.max(scene.centre.clone().sub(eye).dot(forward), 0.2 * scene.radius);
  const halfHeight = Math.max(height / 2 / focalPx[1], width / 2 / focalPx[0] / aspect);
  const fovDeg = Math.min(120, 2 * Math.atan(1.05 * halfHeight) * (180 / Math.PI));
  return { eye, target: forward.multiplyScalar(reach).add(eye), fovDeg };
}
