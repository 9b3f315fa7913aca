import type { Matrix4 } from '#geometry/camera.ts';
import { solvePointmapPose } from '#geometry/pointmap-pose.ts';
import { procrustes, type Similarity } from '#geometry/procrustes.ts';
import { identityTransform, rigidTransform, rotationOf, translationOf } from '#geometry/rigid.ts';
import { sortByScore } from './graph.ts';
import { initialFocals, principalOf } from './initial-focals.ts';
import { type DepthSource, type InitialScene, type KnownCameras, scorePairs, usablePointmap } from './initial-scene.ts';
import type { Level } from './level.ts';
import { eachInTurn, type Pausable } from './pausable.ts';

/**
 * A first guess where all poses are known (spec 6.6): every pair by itself gets the similarity that puts its two cameras
 * where they are known to be. Pairs need no connection. Focal lengths that are not known come from the pointmaps.
 */
export function* initializeFromPoses(level: Level, known: KnownCameras): Pausable<InitialScene> {
  const { pairs, sizes } = level.problem;
  const scores = yield* scorePairs(level);
  const focals = yield* initialFocals(level, known, scores);
  const camToWorld = known.poses.map((pose) => pose as Matrix4);
  const similarities = yield* eachInTurn(pairs, ({ first, second }, pair) => {
    const pose = poseInFirst(level, known, { pair, focalPx: focals[second]?.[0] as number });
    return alignPoses([identityTransform(), pose], [camToWorld[first] as Matrix4, camToWorld[second] as Matrix4]);
  });
  const sources = yield* eachInTurn(sizes, (_, image) => depthSource(level, { image, camToWorld, similarities }));
  return { focals, camToWorld, pairs: similarities, sources, worldScale: 1 };
}

/** The second camera in the first one's frame; there where no pose explains its pointmap. */
function poseInFirst(
  level: Level,
  known: KnownCameras,
  { pair, focalPx }: { readonly pair: number; readonly focalPx: number },
): Matrix4 {
  const { step, offset } = level;
  const pointmap = usablePointmap(level.problem, { pair, side: 'second' });
  const [x, y] = principalOf(level, known, (level.problem.pairs[pair] as Level['problem']['pairs'][number]).second);
  const principalPx = [(x - offset) / step, (y - offset) / step] as const;
  const settings = { focalPx: focalPx / step, principalPx, thresholdPx: 5 / step, mask: pointmap.confidence };
  return solvePointmapPose(pointmap, settings)?.camToWorld ?? identityTransform();
}

interface SourceInput {
  readonly image: number;
  readonly camToWorld: readonly Matrix4[];
  readonly similarities: readonly Similarity[];
}

/** The pointmap in the image's own frame with the highest mean confidence; of an image that is never first, any pair's. */
function depthSource({ problem }: Level, { image, camToWorld, similarities }: SourceInput): DepthSource {
  const order = sortByScore(problem.pairs.map(({ view1: { confidence } }) => mean(confidence)));
  const own = order.find((pair) => problem.pairs[pair]?.first === image);
  const pair = own ?? (order.find((index) => problem.pairs[index]?.second === image) as number);
  const { scale, rotation, translation } = similarities[pair] as Similarity;
  const pose = camToWorld[image] as Matrix4;
  const scaled = (r: Float64Array) => r.map((value) => scale * value);
  return own === undefined
    ? { pair, side: 'second', toWorld: rigidTransform(scaled(rotation), translation) }
    : { pair, side: 'first', toWorld: rigidTransform(scaled(rotationOf(pose)), translationOf(pose)) };
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The similarity that moves cameras to where they are known to be (spec 6.6): of their centres, and of points a little in
 * front of them, since two centres alone leave a turn about their line open.
 */
export function alignPoses(from: readonly Matrix4[], to: readonly Matrix4[]): Similarity {
  return procrustes(poseMarks(from), poseMarks(to));
}

/** Every camera's centre, and the point in front of it at a hundredth of the median distance between centres. */
function poseMarks(poses: readonly Matrix4[]): Float64Array {
  const distances = poses.flatMap((a, i) => poses.slice(i + 1).map((b) => distance(a, b)));
  const reach = (distances.sort((a, b) => a - b)[(distances.length - 1) >> 1] ?? 0) / 100;
  return Float64Array.from(
    poses.flatMap((pose) => {
      const centre = [...translationOf(pose)];
      return [...centre, ...centre.map((value, row) => value + reach * (pose[4 * row + 2] as number))];
    }),
  );
}

function distance(a: Matrix4, b: Matrix4): number {
  return Math.hypot(...translationOf(a).map((value, k) => value - (translationOf(b)[k] as number)));
}
