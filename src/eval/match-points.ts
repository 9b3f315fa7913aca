import type { Matrix4 } from '#geometry/camera.ts';
import { identityTransform, transformPoints } from '#geometry/rigid.ts';
import type { EstimatedPointmap, EvalPair, EvalView } from './method.ts';
import type { PointMatches } from './metrics/pointmap-error.ts';
import { relativePose } from './metrics/pose-error.ts';
import { truthOnGrid } from './truth.ts';

/** The points of both views that are known and estimated, in the frame of camera 1. */
export function matchPoints(
  { views }: EvalPair,
  [map1, map2]: readonly [EstimatedPointmap, EstimatedPointmap],
): PointMatches {
  const [first, second] = views;
  const most = map1.width * map1.height + map2.width * map2.height;
  const matches: Filling = {
    estimate: new Float64Array(3 * most),
    truth: new Float64Array(3 * most),
    confidence: new Float32Array(most),
    count: 0,
  };
  addView(matches, map1, truePoints(first, map1, identityTransform()));
  const ofView1 = matches.count;
  addView(matches, map2, truePoints(second, map2, relativePose(first.camera.camToWorld, second.camera.camToWorld)));
  const { count, estimate, truth, confidence } = matches;
  return {
    estimate: estimate.subarray(0, 3 * count),
    truth: truth.subarray(0, 3 * count),
    ofView1,
    ...(map1.confidence && map2.confidence ? { confidence: confidence.subarray(0, count) } : {}),
  };
}

interface Filling {
  readonly estimate: Float64Array;
  readonly truth: Float64Array;
  readonly confidence: Float32Array;
  count: number;
}

/** [H, W, 3] in the frame of camera 1; NaN where it is not known. */
function truePoints(view: EvalView, map: EstimatedPointmap, toView1: Matrix4): Float64Array {
  const { depth, points } = truthOnGrid(view, map);
  const moved = transformPoints(toView1, points);
  for (let i = 0; i < depth.length; i++) if (depth[i] === 0) moved[3 * i] = Number.NaN;
  return moved;
}

function addView(matches: Filling, { points, confidence }: EstimatedPointmap, truth: Float64Array): void {
  for (let at = 0; at < truth.length; at += 3) {
    const sum = (points[at] as number) + (points[at + 1] as number) + (points[at + 2] as number);
    if (!Number.isFinite(sum + (truth[at] as number))) continue;
    const to = 3 * matches.count;
    for (let k = 0; k < 3; k++) {
      matches.estimate[to + k] = points[at + k] as number;
      matches.truth[to + k] = truth[at + k] as number;
    }
    matches.confidence[matches.count++] = confidence?.[at / 3] ?? 0;
  }
}
