import { depthToPoints, type Matrix4 } from '#geometry/camera.ts';
import { estimateFocal } from '#geometry/focal.ts';
import type { PairPointmaps, Pointmap } from '#geometry/pointmap.ts';
import { solvePointmapPose } from '#geometry/pointmap-pose.ts';
import { identityTransform, invertRigid, transformPoints } from '#geometry/rigid.ts';
import type { SceneView } from './scene.ts';

export interface TwoViewOptions {
  /** Pixels must be more confident than this, in the network's own unit, to take part in the pose (default 3). */
  readonly minConfidence?: number;
}

/** Two images in one world, which is the frame of the reference view's camera, up to a common scale. */
export interface TwoViewScene {
  readonly views: readonly [SceneView, SceneView];
  readonly reference: 0 | 1;
  /** False when no pose explains the second view: its camera then stands at the reference's, which is not its place. */
  readonly poseFound: boolean;
  /** What was used: lower than asked for when too few pixels were as confident. */
  readonly minConfidence: number;
}

/**
 * The closed form for a single pair (spec 6.8), from both of its orders: `forward` has image 0 as view 1, `backward`
 * image 1. The order with the more confident pointmaps gives the geometry; PnP gives the other camera's pose in it.
 * Where that fails, the other order is tried (the original then returns the identity).
 */
export function alignTwoViews(
  forward: PairPointmaps,
  backward: PairPointmaps,
  { minConfidence = 3 }: TwoViewOptions = {},
): TwoViewScene {
  checkSizes(forward, backward);
  const images = [describeImage(forward, backward), describeImage(backward, forward)] as const;
  const preferred = images[0].score > images[1].score ? 0 : 1;
  const scene = relate(images, preferred, minConfidence);
  if (scene.poseFound) return scene;
  const alternative = relate(images, preferred === 0 ? 1 : 0, minConfidence);
  return alternative.poseFound ? alternative : scene;
}

/** What both orders say about one image. */
interface ImageEvidence {
  /** Its points in its own camera's frame. */
  readonly own: Pointmap;
  /** Its points in the other image's camera's frame. */
  readonly inOther: Pointmap;
  readonly confidence: Float32Array;
  readonly focalPx: number;
  /** How far the order that has this image as view 1 is to be trusted. */
  readonly score: number;
}

/** From 160° to 3° of view. An untrained network's points would give a focal length of 0, which is no camera. */
const plausibleFocals = { minFocal: 0.1, maxFocal: 20 };

function describeImage(asView1: PairPointmaps, asView2: PairPointmaps): ImageEvidence {
  const own = asView1.view1;
  const inOther = asView2.view2;
  return {
    own,
    inOther,
    confidence: own.confidence.map((c, i) => Math.max(c, inOther.confidence[i] as number)),
    focalPx: estimateFocal(own, plausibleFocals),
    score: mean(own.confidence) * mean(asView1.view2.confidence),
  };
}

/** The scene in the frame of the reference image's camera. */
function relate(images: readonly [ImageEvidence, ImageEvidence], reference: 0 | 1, threshold: number): TwoViewScene {
  const other = images[reference === 0 ? 1 : 0];
  const { mask, minConfidence } = confidentPixels(other.confidence, threshold);
  const pose = solvePointmapPose(other.inOther, { focalPx: other.focalPx, mask });
  const referenceView = makeView(images[reference], images[reference].own, identityTransform());
  const otherView = makeView(other, other.inOther, pose?.camToWorld ?? identityTransform());
  return {
    views: reference === 0 ? [referenceView, otherView] : [otherView, referenceView],
    reference,
    poseFound: pose !== undefined,
    minConfidence,
  };
}

/** Fewer pixels than this are no basis for a pose, whatever the threshold. */
const MIN_PIXELS = 16;

/** The pixels above the threshold or, where these are too few, the more confident half. */
function confidentPixels(confidence: Float32Array, threshold: number): { mask: Uint8Array; minConfidence: number } {
  const mask = Uint8Array.from(confidence, (c) => Number(c > threshold));
  if (mask.reduce((count, used) => count + used, 0) >= MIN_PIXELS) return { mask, minConfidence: threshold };
  const median = confidence.slice().sort()[confidence.length >> 1] as number;
  return { mask: Uint8Array.from(confidence, (c) => Number(c >= median)), minConfidence: median };
}

function makeView({ focalPx, confidence }: ImageEvidence, pointmap: Pointmap, camToWorld: Matrix4): SceneView {
  const { width, height, points } = pointmap;
  const camera = {
    width,
    height,
    focalPx: [focalPx, focalPx],
    principalPx: [width / 2, height / 2],
    camToWorld,
  } as const;
  const pointsInCamera = transformPoints(invertRigid(camToWorld), points);
  const depth = Float32Array.from({ length: width * height }, (_, i) => pointsInCamera[3 * i + 2] as number);
  return { camera, depth, points: depthToPoints(camera, depth), confidence };
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function checkSizes(forward: PairPointmaps, backward: PairPointmaps): void {
  const size = ({ width, height }: Pointmap) => `${width}×${height}`;
  const order1 = [forward.view1, forward.view2].map(size);
  const order2 = [backward.view2, backward.view1].map(size);
  if (order1.join() !== order2.join()) {
    throw new RangeError(
      `alignTwoViews: expected the two orders of one pair, got images of ${order1.join(' and ')}, then ${order2.join(' and ')}`,
    );
  }
}
