import { projectInto, viewProjection } from '#data/posed-rgbd-projection.ts';
import { gridPoints } from '#data/posed-rgbd-thumbnail.ts';
import type { RawView } from '#data/view.ts';
import { percentiles } from '#export/percentile.ts';
import { joinFloats } from '#tensor/join-floats.ts';
import type { DepthAgreement } from './check-report.ts';

/** Neighbouring depths this much apart belong to different surfaces. */
const edge = 0.05;
const pointsPerView = 4000;

/**
 * |z − z'| / z' for pixels of one view that land in another, z' being what the other stores there. Between pixels 1/z is
 * interpolated, which is exact on planes; across edges the nearest pixel counts. Some thousand pixels of a view are taken.
 */
export function depthDifferences(from: RawView, into: RawView): Float32Array {
  const { width, height } = from.camera;
  const stride = Math.max(1, Math.floor(Math.sqrt((width * height) / pointsPerView)));
  const projected = projectInto(viewProjection(into.camera, from.camera.camToWorld), gridPoints(from, stride));
  const differences: number[] = [];
  for (let i = 0; i < projected.length; i += 3) {
    const depth = projected[i + 2] as number;
    const stored = depth > 0 ? depthBetween(into, projected[i] as number, projected[i + 1] as number) : 0;
    if (stored > 0) differences.push(Math.abs(depth - stored) / stored);
  }
  return Float32Array.from(differences);
}

/** What the differences of some pairs come to; undefined where nothing could be compared. */
export function depthAgreement(differences: readonly Float32Array[], pairs: number): DepthAgreement | undefined {
  const all = joinFloats(differences);
  if (all.length === 0) return undefined;
  const [median = 0, p75 = 0, p90 = 0] = percentiles(all, [0.5, 0.75, 0.9]);
  const within5 = all.reduce((count, difference) => count + (difference <= 0.05 ? 1 : 0), 0) / all.length;
  return { pairs, median, p75, p90, within5 };
}

/** 0 outside of the image and where there is no depth. */
function depthBetween({ camera, depth }: RawView, u: number, v: number): number {
  const { width, height } = camera;
  if (!(u >= 0 && v >= 0 && u <= width - 1 && v <= height - 1)) return 0;
  const [x, y] = [Math.min(Math.floor(u), Math.max(0, width - 2)), Math.min(Math.floor(v), Math.max(0, height - 2))];
  const [right, down] = [Math.min(x + 1, width - 1), Math.min(y + 1, height - 1)];
  const at = (column: number, row: number) => depth[row * width + column] as number;
  const corners = [at(x, y), at(right, y), at(x, down), at(right, down)] as const;
  const isSmooth = Math.min(...corners) > (1 - edge) * Math.max(...corners);
  if (!isSmooth || corners[0] <= 0) return Math.max(0, at(Math.round(u), Math.round(v)));
  const [s, t] = [u - x, v - y];
  const [a, b, c, d] = corners;
  return 1 / ((1 - t) * ((1 - s) / a + s / b) + t * ((1 - s) / c + s / d));
}
