import { alignPoses } from '#align/initial-known.ts';
import { movePose } from '#align/initial-scene.ts';
import type { SceneView } from '#align/scene.ts';
import type { Camera } from '#geometry/camera.ts';
import { rotationDistanceRad, rotationOf, translationOf } from '#geometry/rigid.ts';

/** The worst of a scene's cameras against the truth. */
export interface AlignmentError {
  readonly rotationDeg: number;
  /** As a part of the distance between the two cameras that are furthest apart. */
  readonly centre: number;
  /** As a part of the true focal length. */
  readonly focal: number;
}

/** @param isAligned false: the similarity between the two worlds is taken out first */
export function alignmentError(
  views: readonly Pick<SceneView, 'camera'>[],
  truth: readonly Camera[],
  isAligned = false,
): AlignmentError {
  const estimated = views.map(({ camera }) => camera.camToWorld);
  const poses = truth.map(({ camToWorld }) => camToWorld);
  const move = alignPoses(estimated, poses);
  const moved = isAligned ? estimated : estimated.map((pose) => movePose(move, pose));
  const size = Math.max(...poses.flatMap((a) => poses.map((b) => gap(translationOf(a), translationOf(b)))));
  const worst = (error: (i: number) => number) => Math.max(...truth.map((_, i) => error(i)));
  const pose = (i: number) => [moved[i], poses[i]] as [Float64Array, Float64Array];
  return {
    rotationDeg: worst((i) => (rotationDistanceRad(rotationOf(pose(i)[0]), rotationOf(pose(i)[1])) * 180) / Math.PI),
    centre: worst((i) => gap(translationOf(pose(i)[0]), translationOf(pose(i)[1]))) / size,
    focal: worst((i) => Math.abs((views[i]?.camera.focalPx[0] as number) / (truth[i]?.focalPx[0] as number) - 1)),
  };
}

function gap(a: Float64Array, b: Float64Array): number {
  return Math.hypot(...a.map((value, k) => value - (b[k] as number)));
}
