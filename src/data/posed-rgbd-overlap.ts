import { projectInto, viewProjection } from './posed-rgbd-projection.ts';
import type { DepthThumbnail } from './posed-rgbd-thumbnail.ts';

/** Depths within this share of each other are one surface. */
const depthTolerance = 0.05;

/** With fewer points than this share of them on known depth in the other view, nothing can be said. */
const minKnown = 0.05;

/**
 * How much two views see of the same, from 0 to 1: of one view's pixels with depth, the share that lands inside the other
 * view and agrees with its depth; the smaller of both directions. Where the other view has holes, what lands in them is
 * taken to agree as often as what lands beside them: sensors leave out a third of a picture, and two pictures of the
 * same wall overlap all the same.
 */
export function measureOverlap(a: DepthThumbnail, b: DepthThumbnail, tolerance = depthTolerance): number {
  return Math.min(shareSeen(a, b, tolerance), shareSeen(b, a, tolerance));
}

/** The share of a view's points that another view sees at the same depth. */
function shareSeen({ camera, points }: DepthThumbnail, into: DepthThumbnail, tolerance: number): number {
  const { width, height } = into.camera;
  const projected = projectInto(viewProjection(into.camera, camera.camToWorld), points);
  let [inside, known, agreeing] = [0, 0, 0];
  for (let i = 0; i < projected.length; i += 3) {
    const depth = projected[i + 2] as number;
    const column = Math.floor((projected[i] as number) + 0.5);
    const row = Math.floor((projected[i + 1] as number) + 0.5);
    if (!(depth > 0 && column >= 0 && column < width && row >= 0 && row < height)) continue;
    const stored = into.depth[row * width + column] as number;
    inside += 1;
    if (stored === 0) continue;
    known += 1;
    if (Math.abs(depth - stored) <= tolerance * stored) agreeing += 1;
  }
  const all = points.length / 3;
  return known < minKnown * all ? 0 : ((inside / all) * agreeing) / known;
}
