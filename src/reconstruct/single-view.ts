import type { SceneView } from '#align/scene.ts';
import { usableThreshold } from '#align/threshold.ts';
import { alignTwoViews } from '#align/two-view.ts';
import { depthToPoints } from '#geometry/camera.ts';
import type { PairPointmaps } from '#geometry/pointmap.ts';
import { viewOf } from './align-photographs.ts';
import type { FittedCamera } from './known-cameras.ts';
import type { Photograph } from './photographs.ts';
import { DEFAULT_CONFIDENCE, type Reconstruction } from './reconstruction.ts';

export interface SingleViewOptions {
  readonly minConfidence?: number;
  /** What is known of its camera, in its network pixels; otherwise it stands at the origin. */
  readonly known?: FittedCamera | undefined;
  /** [H·W] of its network image: pixels that are 0 get no confidence. */
  readonly mask?: Uint8Array | undefined;
}

/**
 * One photograph by itself: its depth and focal length, from what the network says of it and its own copy as a pair
 * (spec 5.3).
 */
export function reconstructSingleView(
  photograph: Photograph,
  prediction: PairPointmaps,
  { minConfidence = DEFAULT_CONFIDENCE, known, mask }: SingleViewOptions = {},
): Reconstruction {
  // With the same prediction for both orders only the reference view, made of the better pointmap, says anything.
  const scene = alignTwoViews(prediction, prediction, { minConfidence });
  const view = withKnown(scene.views[scene.reference], known);
  const confidence = mask ? view.confidence.map((value, i) => (mask[i] ? value : 0)) : view.confidence;
  return {
    views: [viewOf(photograph, { ...view, confidence })],
    reference: 0,
    poseFound: true,
    minConfidence: usableThreshold([{ confidence }], minConfidence),
  };
}

function withKnown(view: SceneView, known: FittedCamera = {}): SceneView {
  const camera = { ...view.camera, ...known };
  return { ...view, camera, points: depthToPoints(camera, view.depth) };
}
