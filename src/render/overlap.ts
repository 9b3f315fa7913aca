import { type Camera, depthToPoints, resizeCamera } from '#geometry/camera.ts';
import { invertRigid, transformPoints } from '#geometry/rigid.ts';
import { renderDepth } from './render-view.ts';
import type { Scene } from './scene.ts';
import { Tracer } from './tracer.ts';

/** Points of the scene that a camera sees, on a coarse grid. */
export interface Glimpse {
  readonly camera: Camera;
  /** [P]: z in the camera's frame, of the pixels that show something. */
  readonly depths: Float32Array;
  /** [P, 3] in the world. */
  readonly points: Float32Array;
  /** Part of the grid's pixels that show something rather than sky. */
  readonly filled: number;
}

const gridWidth = 32;

/** Looks through a camera at a grid of 32 pixels' width. */
export function glimpse(scene: Scene, camera: Camera): Glimpse {
  const height = Math.max(Math.round((gridWidth * camera.height) / camera.width), 1);
  const coarse = resizeCamera(camera, { width: gridWidth, height });
  const depth = renderDepth(scene, coarse);
  const all = depthToPoints(coarse, depth);
  const seen = [...depth.keys()].filter((i) => (depth[i] as number) > 0);
  return {
    camera,
    depths: Float32Array.from(seen, (i) => depth[i] as number),
    points: Float32Array.from(seen.flatMap((i) => [...all.subarray(3 * i, 3 * i + 3)])),
    filled: seen.length / depth.length,
  };
}

/**
 * The part of the points seen in one view that another camera sees as well: they lie in its image, and nothing is in
 * between. Exact up to the grid: a ray to each point decides, not a depth map.
 */
export function overlap(scene: Scene, { points }: Glimpse, other: Camera): number {
  const { width, height, focalPx, principalPx, camToWorld } = other;
  const local = transformPoints(invertRigid(camToWorld), points);
  const tracer = new Tracer(scene.bvh);
  const eye = [camToWorld[3], camToWorld[7], camToWorld[11]] as [number, number, number];
  let visible = 0;
  for (let i = 0; i < points.length; i += 3) {
    const z = local[i + 2] as number;
    if (z <= 0) continue;
    const x = (focalPx[0] * (local[i] as number)) / z + principalPx[0];
    const y = (focalPx[1] * (local[i + 1] as number)) / z + principalPx[1];
    if (x < -0.5 || y < -0.5 || x >= width - 0.5 || y >= height - 0.5) continue;
    tracer.from(...eye);
    tracer.towards(
      (points[i] as number) - eye[0],
      (points[i + 1] as number) - eye[1],
      (points[i + 2] as number) - eye[2],
    );
    if (!tracer.isBlocked(0.99)) visible++;
  }
  return points.length === 0 ? 0 : (3 * visible) / points.length;
}
