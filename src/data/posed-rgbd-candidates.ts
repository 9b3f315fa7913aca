import type { Camera } from '#geometry/camera.ts';
import { transformPoints } from '#geometry/rigid.ts';
import { evenly } from './posed-rgbd-balance.ts';
import { projectInto, type ViewProjection, viewProjection } from './posed-rgbd-projection.ts';
import type { DepthThumbnail } from './posed-rgbd-thumbnail.ts';

/** Of a frame's pixels with depth, those that decide whether another frame may see the same. */
const probeCount = 24;
/** Pairs that share less of their probes are not measured: one is enough. */
const minShare = 0.5 / probeCount;
const bins = 10;
/** Pairs to measure: all that may overlap in a sequence of some hundred frames; a fixed number per frame in long ones. */
const measuredPairs = 100_000;
const minPerFrame = 40;

export interface CandidateOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Pairs (i < j, places in the list) that may overlap by their frustums: the share of a few points with depth that project
 * into the other view, whatever its depth there. Where these are too many, every frame keeps some of every share, so that
 * pairs of small and of large overlap remain. Frames without thumbnail have none.
 */
export async function* candidatePairs(
  thumbnails: readonly (DepthThumbnail | undefined)[],
  { signal, onProgress }: CandidateOptions = {},
): AsyncGenerator<readonly [i: number, j: number]> {
  const frames = thumbnails.flatMap((thumbnail, place) => (thumbnail ? [frustum(thumbnail, place)] : []));
  const perFrame = Math.max(minPerFrame, Math.floor(measuredPairs / Math.max(1, frames.length)));
  for (const [at, a] of frames.entries()) {
    signal?.throwIfAborted();
    onProgress?.(at, frames.length);
    await new Promise(setImmediate); // other work of this thread goes on between two frames
    const seen = frames.slice(at + 1).flatMap((b) => {
      const there = shareInside(a, b);
      const share = there < minShare ? there : Math.min(there, shareInside(b, a));
      return share < minShare ? [] : [{ place: b.place, share }];
    });
    for (const { place } of thin(seen, perFrame)) yield [a.place, place];
  }
}

interface Frustum {
  readonly place: number;
  /** [P, 3] */
  readonly probesInWorld: Float64Array;
  readonly projection: ViewProjection;
  readonly width: number;
  readonly height: number;
}

function frustum({ camera, depth }: DepthThumbnail, place: number): Frustum {
  const { width, height, camToWorld } = camera;
  const probes = transformPoints(camToWorld, scatteredPoints(camera, depth));
  return { place, probesInWorld: probes, projection: viewProjection(camera), width, height };
}

/** Points behind pixels of Roberts's R2 sequence, which fills the image evenly however many it takes to find depth. */
function scatteredPoints({ width, height, focalPx, principalPx }: Camera, depth: Float32Array): Float64Array {
  const points: number[] = [];
  for (let k = 1; k <= depth.length && points.length < 3 * probeCount; k++) {
    const x = Math.floor(((k * 0.7548776662466927) % 1) * width);
    const y = Math.floor(((k * 0.5698402909980532) % 1) * height);
    const z = depth[y * width + x] as number;
    if (z > 0) points.push((z * (x - principalPx[0])) / focalPx[0], (z * (y - principalPx[1])) / focalPx[1], z);
  }
  return Float64Array.from(points);
}

function shareInside({ probesInWorld }: Frustum, { projection, width, height }: Frustum): number {
  const projected = projectInto(projection, probesInWorld);
  let inside = 0;
  for (let i = 0; i < projected.length; i += 3) {
    const column = (projected[i] as number) + 0.5;
    const row = (projected[i + 1] as number) + 0.5;
    if ((projected[i + 2] as number) > 0 && column >= 0 && row >= 0 && column < width && row < height) inside += 1;
  }
  return inside / (projected.length / 3);
}

/** At most `limit` of them, about as many of every share, in their order. */
function thin<Seen extends { readonly place: number; readonly share: number }>(seen: Seen[], limit: number): Seen[] {
  if (seen.length <= limit) return seen;
  const binned: Seen[][] = Array.from({ length: bins }, () => []);
  for (const each of seen) binned[Math.min(bins - 1, Math.floor(each.share * bins))]?.push(each);
  const kept = binned.flatMap((bin) => evenly(bin, Math.ceil(limit / bins)));
  return kept.sort((a, b) => a.place - b.place);
}
