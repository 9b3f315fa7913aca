import { matchPoints } from './match-points.ts';
import type { EstimatedDepth, EvalPair, EvalView, PairEstimate } from './method.ts';
import { cloudDistance } from './metrics/cloud-distance.ts';
import { depthRow } from './metrics/depth-error.ts';
import { pointErrors } from './metrics/pointmap-error.ts';
import { poseRow, relativePose } from './metrics/pose-error.ts';
import { mean } from './metrics/statistics.ts';
import type { DepthRow, EvalTask, PairFacts, PairRow, PointmapRow } from './report.ts';
import { truthOnGrid } from './truth.ts';

export interface ScoredPair {
  readonly row: Omit<PairRow, 'seconds'>;
  /** The error and the confidence of every point, where the method tells confidences. */
  readonly trust?: { readonly confidence: Float32Array; readonly errors: Float64Array };
}

/** A method's estimate of a pair against the truth. */
export function scorePair(
  pair: EvalPair,
  facts: PairFacts,
  estimate: PairEstimate,
  tasks: readonly EvalTask[],
): ScoredPair {
  const { view2ToView1, depths, pointmaps, focalsPx } = estimate;
  const [first, second] = pair.views;
  const truth = relativePose(first.camera.camToWorld, second.camera.camToWorld);
  const hasTruth = facts.hasDepth.includes(true);
  const points = tasks.includes('pointmap') && hasTruth ? scorePoints(pair, pointmaps) : undefined;
  const row = {
    ...(tasks.includes('pose') ? { pose: poseRow(view2ToView1, truth, facts.hasDirection) } : {}),
    ...(tasks.includes('depth') && hasTruth
      ? { depths: [scoreDepth(first, depths?.[0]), scoreDepth(second, depths?.[1])] as const }
      : {}),
    ...(points ? { pointmap: points.row } : {}),
    ...(focalsPx ? { focalErrors: [focalError(first, focalsPx[0]), focalError(second, focalsPx[1])] as const } : {}),
  };
  return { row, ...(points?.trust ? { trust: points.trust } : {}) };
}

/** Null where there is no truth, or no estimate. */
export function scoreDepth(view: EvalView, depth: EstimatedDepth | undefined): DepthRow | null {
  return (depth && depthRow(depth.values, truthOnGrid(view, depth).depth)) ?? null;
}

function focalError({ camera }: EvalView, focalPx: number): number {
  const truth = (camera.focalPx[0] + camera.focalPx[1]) / 2;
  return Math.abs(focalPx - truth) / truth;
}

interface ScoredPoints extends Pick<ScoredPair, 'trust'> {
  readonly row: PointmapRow | null;
}

function scorePoints(pair: EvalPair, pointmaps: PairEstimate['pointmaps']): ScoredPoints {
  const matches = pointmaps && matchPoints(pair, pointmaps);
  const found = matches && pointErrors(matches);
  const clouds = matches && cloudDistance(matches);
  if (!(found && clouds)) return { row: null };
  const { errors, unit } = found;
  const row = {
    error: mean(errors) as number,
    errorView1: mean(errors.subarray(0, matches.ofView1)),
    errorView2: mean(errors.subarray(matches.ofView1)),
    accuracy: clouds.accuracy / unit,
    accuracyMedian: clouds.accuracyMedian / unit,
    completeness: clouds.completeness / unit,
    completenessMedian: clouds.completenessMedian / unit,
    unit,
    pixels: errors.length,
  };
  return { row, ...(matches.confidence ? { trust: { confidence: matches.confidence, errors } } : {}) };
}
