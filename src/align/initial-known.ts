import type { Matrix4 } from '#geometry/camera.ts';
import { solvePointmapPose } from '#geometry/pointmap-pose.ts';
import { procrustes, type Similarity } from '#geometry/procrustes.ts';
import { identityTransform, multiplyVector3, rigidTransform, rotationOf, translationOf } from '#geometry/rigid.ts';
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

/**
 * The similarity that moves some cameras of a scene to where they are known to be: by the mean of their turns, as few
 * centres, or near ones, say nothing sure of it; their centres give the place and, by their spread, the scale.
 */
export function alignCameras(
  from: readonly Matrix4[],
  to: readonly Matrix4[],
  scale = spread(to) / (spread(from) || 1),
): Similarity {
  const { rotation } = procrustes(axisMarks(from), axisMarks(to), { rigid: true });
  const turned = multiplyVector3(rotation, meanCentre(from));
  return { scale, rotation, translation: meanCentre(to).map((t, k) => t - scale * (turned[k] as number)) };
}

/** The ends of every camera's axes in both directions, from one point. */
function axisMarks(poses: readonly Matrix4[]): Float64Array {
  const ends = poses.flatMap((pose) => [0, 1, 2].flatMap((k) => [0, 4, 8].map((row) => pose[row + k] as number)));
  return Float64Array.from([...ends, ...ends.map((value) => -value)]);
}

function meanCentre(poses: readonly Matrix4[]): Float64Array {
  const sum = new Float64Array(3);
  for (const pose of poses) for (const [k, value] of translationOf(pose).entries()) sum[k] = (sum[k] as number) + value;
  return sum.map((value) => value / poses.length);
}

/** Of centres around their mean: the root of the squared distances' sum. */
function spread(poses: readonly Matrix4[]): number {
  const middle = meanCentre(poses);
  return Math.hypot(
    ...poses.flatMap((pose) => [...translationOf(pose)].map((value, k) => value - (middle[k] as number))),
  );
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
