import { alignTwoViews, type TwoViewOptions } from '#align/two-view.ts';
import type { Camera } from '#geometry/camera.ts';
import type { PairPointmaps } from '#geometry/pointmap.ts';
import type { PixelMapping } from '#image/pixel-mapping.ts';
import type { EstimatedDepth, PairEstimate } from './method.ts';
import { relativePose } from './metrics/pose-error.ts';

/** What both orders of a pair predict, and where the predictions' pixels lie in the photographs. */
export interface PredictedOrders {
  readonly forward: PairPointmaps;
  readonly backward: PairPointmaps;
  readonly mappings: readonly [PixelMapping, PixelMapping];
}

/**
 * Predicted pointmaps as an estimate: pose, focal lengths and depth maps in closed form (`alignTwoViews`); the pointmaps
 * are those of the first order as they are predicted.
 */
export function twoViewEstimate(
  { forward, backward, mappings }: PredictedOrders,
  options: TwoViewOptions = {},
): PairEstimate {
  const { views, poseFound, reference } = alignTwoViews(forward, backward, options);
  const depthOf = (i: 0 | 1): EstimatedDepth => {
    const { camera, depth } = views[i];
    return { width: camera.width, height: camera.height, values: depth, mapping: mappings[i] };
  };
  const focalsPx = [originalFocal(views[0].camera, mappings[0]), originalFocal(views[1].camera, mappings[1])] as const;
  const pointmaps = [
    { ...forward.view1, mapping: mappings[0] },
    { ...forward.view2, mapping: mappings[1] },
  ] as const;
  // Without a pose, the points of the other view cannot be moved into its camera.
  if (!poseFound)
    return { depths: reference === 0 ? [depthOf(0), undefined] : [undefined, depthOf(1)], focalsPx, pointmaps };
  const view2ToView1 = relativePose(views[0].camera.camToWorld, views[1].camera.camToWorld);
  return { view2ToView1, depths: [depthOf(0), depthOf(1)], focalsPx, pointmaps };
}

function originalFocal({ focalPx }: Camera, { scale }: PixelMapping): number {
  return (focalPx[0] * (scale[0] + scale[1])) / 2;
}
