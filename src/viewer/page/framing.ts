import { MathUtils, Matrix4, Quaternion, Vector3 } from 'three';
import type { ViewHeader } from '#viewer/scene-format.ts';
import { type Bulk, cameraMatrix } from './bulk.ts';

/** Where the viewer stands and what they look at, in the upright frame (y up). */
export interface Viewpoint {
  readonly eye: Vector3;
  readonly target: Vector3;
  readonly fovDeg: number;
}

export const homeFovDeg = 50;
/** How far the first sight goes in along a scene's longest reach: a camera far from the rest is left out. */
const farthestShare = 10;

/** The window, and the part of it that nothing covers, from -1 to 1 in both directions. */
export interface Frame {
  readonly aspect: number;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** From behind the photographers, a little aside and above, so that points and cameras just fill the free part of the window. */
export function homeViewpoint(bulk: Bulk, cameras: readonly Vector3[], frame: Frame): Viewpoint {
  const { centre, radius, samples } = bulk;
  const back = homeDirection(bulk.facing);
  const turn = new Quaternion().setFromRotationMatrix(new Matrix4().lookAt(back, new Vector3(), new Vector3(0, 1, 0)));
  const inEye = turn.clone().invert();
  const near = cameras.filter((camera) => camera.distanceTo(centre) < farthestShare * radius);
  const points = [...samples, ...near].map((point) => point.clone().sub(centre).applyQuaternion(inEye));
  const slopeY = Math.tan((homeFovDeg / 2) * MathUtils.DEG2RAD);
  const slopeX = slopeY * frame.aspect;
  const across = sightLines(points, 'x', [frame.left * slopeX, frame.right * slopeX]);
  const upwards = sightLines(points, 'y', [frame.bottom * slopeY, frame.top * slopeY]);
  const inFront = Math.max(...points.map(({ z }) => z)) + 0.2 * radius;
  const distance = Math.max(across.distance, upwards.distance, inFront);
  const aside = new Vector3(across.middle(distance), upwards.middle(distance), 0).applyQuaternion(turn);
  const target = aside.add(centre);
  return { eye: back.multiplyScalar(distance).add(target), target, fovDeg: homeFovDeg };
}

/**
 * From which distance on, and at which place then, an eye that looks along -z has all points between two lines of sight of
 * the given slopes: a point is right of the lower line if p - low · depth ≥ place, with depth = distance - z, and so on.
 */
function sightLines(points: readonly Vector3[], axis: 'x' | 'y', [low, high]: readonly [number, number]) {
  const least = Math.min(...points.map((point) => point[axis] + low * point.z));
  const most = Math.max(...points.map((point) => point[axis] + high * point.z));
  return {
    distance: (most - least) / (high - low),
    middle: (distance: number) => (least + most - (low + high) * distance) / 2,
  };
}

/** Unit vector from the points to the eye: a little aside and above of whence they were photographed, never from below. */
function homeDirection(facing: Vector3): Vector3 {
  const { x, y, z } = facing.length() > 0.05 ? facing : new Vector3(0, 0.3, 1);
  const elevation = MathUtils.clamp(Math.atan2(y, Math.hypot(x, z)) + 0.25, 0.15, 0.85);
  return new Vector3().setFromSphericalCoords(1, Math.PI / 2 - elevation, Math.atan2(x, z) + 0.35);
}

/** What a camera saw, whole: from its centre along the ray of its image's middle, at least as wide as its image. */
export function cameraViewpoint(view: ViewHeader, upright: Quaternion, scene: Bulk, aspect: number): Viewpoint {
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
