import { type Camera, depthToPoints, type Matrix4 } from '#geometry/camera.ts';
import type { Similarity } from '#geometry/procrustes.ts';
import { rotationOf, transformPoints, translationOf } from '#geometry/rigid.ts';
import { principalOf } from './initial-focals.ts';
import { alignCameras, initializeFromPoses } from './initial-known.ts';
import {
  type DepthSource,
  type InitialScene,
  type KnownCameras,
  moveScene,
  scaleTo,
  usablePointmap,
} from './initial-scene.ts';
import { initializeFromTree } from './initial-tree.ts';
import { intrinsicsAt, type Level, thinMaps } from './level.ts';
import { encodePose, FOCAL_SCALE, PRINCIPAL_SCALE } from './parameters.ts';
import { finish, type Pausable } from './pausable.ts';
import { register } from './register.ts';
import { type SceneParameters, zeroParameters } from './state.ts';

export interface InitialOptions {
  readonly init: 'mst' | 'known-poses';
  readonly minConfidence: number;
}

/** The first guess, in a world that agrees with the known poses, at the scale that the problem holds. */
export function initializeScene(level: Level, known: KnownCameras, options: InitialOptions): InitialScene {
  return finish(guessScene(level, known, options));
}

/** How many pieces `guessScene` has. */
export function guessSteps({ problem: { pairs, sizes } }: Level, { init }: Pick<InitialOptions, 'init'>): number {
  const ofTree = sizes.length - 1;
  return 2 * (pairs.length + sizes.length) + (init === 'mst' ? ofTree : 0);
}

/** `initializeScene`, which may be paused between images and pairs. */
export function* guessScene(level: Level, known: KnownCameras, options: InitialOptions): Pausable<InitialScene> {
  const { baseScale, isAnchored } = level.problem;
  const isKnown = options.init === 'known-poses';
  const scene = yield* isKnown ? initializeFromPoses(level, known) : growFromTree(level, known, options);
  if (baseScale === undefined || !isAnchored.includes(true)) return scene;
  const worldScale = scaleTo(baseScale, scene);
  return { ...moveScene(scene, { ...still, scale: worldScale }), worldScale };
}

function* growFromTree(level: Level, known: KnownCameras, options: InitialOptions): Pausable<InitialScene> {
  const scene = yield* initializeFromTree(level, known, options);
  const moved = moveScene(
    scene,
    known.depths.some((depth) => depth)
      ? moveToKnownDepths(level, known, scene)
      : moveToKnownPoses(level, known, scene),
  );
  return { ...moved, camToWorld: moved.camToWorld.map((pose, image) => known.poses[image] ?? pose) };
}

/** To the known cameras where these have a scale; else at the scale wanted, with the one known camera where it is. */
function moveToKnownPoses(
  { problem: { baseScale, isAnchored } }: Level,
  { poses }: KnownCameras,
  scene: InitialScene,
): Similarity {
  const known = [...poses.keys()].filter((image) => poses[image]);
  const posesOf = (list: readonly (Matrix4 | undefined)[]) => known.map((image) => list[image] as Matrix4);
  const [from, to] = [posesOf(scene.camToWorld), posesOf(poses)];
  if (baseScale === undefined || isAnchored.includes(true)) return alignCameras(from, to);
  const scale = scaleTo(baseScale, scene);
  return known.length === 0 ? { ...still, scale } : alignCameras(from, to, scale);
}

/** The points of the views whose depths are known to where they are known to be. */
function moveToKnownDepths(level: Level, known: KnownCameras, scene: InitialScene): Similarity {
  const depths = thinMaps(level, known.depths);
  const [from, to, confidences]: [number[], number[], number[]] = [[], [], []];
  for (const [image, depth] of depths.entries()) {
    if (!depth) continue;
    const source = scene.sources[image] as DepthSource;
    const { points, confidence } = usablePointmap(level.problem, source);
    const step = Math.ceil(confidence.length / KNOWN_POINTS);
    const world = depthToPoints(levelCamera(level, known, scene, image), depth);
    const moved = transformPoints(source.toWorld, points);
    for (let i = 0; i < confidence.length; i += step) {
      from.push(...moved.subarray(3 * i, 3 * i + 3));
      to.push(...world.subarray(3 * i, 3 * i + 3));
      confidences.push((depth[i] as number) > 0 ? (confidence[i] as number) : 0);
    }
  }
  const cloud = { points: Float32Array.from(from), confidence: Float32Array.from(confidences) };
  return register(cloud, Float32Array.from(to));
}

/** A known view's camera in the pixels of a level. */
function levelCamera(level: Level, known: KnownCameras, { focals }: InitialScene, image: number): Camera {
  const focalPx = focals[image] as readonly [number, number];
  const principalPx = principalOf(level, known, image);
  const { width, height } = level.problem.sizes[image] as Level['problem']['sizes'][number];
  const camToWorld = known.poses[image] as Matrix4;
  return { width, height, camToWorld, ...intrinsicsAt(level, { focalPx, principalPx }) };
}

/** Of each view, for registration. */
const KNOWN_POINTS = 2000;

const still: Similarity = {
  scale: 1,
  rotation: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
  translation: new Float64Array(3),
};

/** The numbers that stand for a scene (spec 6.1). */
export function encodeScene(level: Level, known: KnownCameras, scene: InitialScene): SceneParameters {
  const { problem, fullSizes } = level;
  const parameters = zeroParameters(problem);
  for (const [image, pose] of scene.camToWorld.entries()) {
    const scale = problem.isAnchored[image] ? scene.worldScale : 1;
    const centre = translationOf(pose).map((value) => value / scale);
    encodePose(parameters.poses.subarray(7 * image, 7 * image + 7), rotationOf(pose), centre);
    const { width, height } = fullSizes[image] as Level['fullSizes'][number];
    const middle = [width / 2, height / 2] as const;
    for (const axis of [0, 1] as const) {
      const offset = (known.principals[image]?.[axis] ?? middle[axis]) - middle[axis];
      parameters.principals[2 * image + axis] = offset / PRINCIPAL_SCALE;
      const focal = scene.focals[image]?.[axis] as number;
      parameters.focals[2 * (problem.focalGroups[image] as number) + axis] = FOCAL_SCALE * Math.log(focal);
    }
  }
  for (const [pair, { scale, rotation, translation }] of scene.pairs.entries()) {
    const row = parameters.pairPoses.subarray(8 * pair, 8 * pair + 8);
    encodePose(
      row,
      rotation,
      translation.map((t) => t / scale),
    );
    row[7] = Math.log(scale);
  }
  parameters.worldScale[0] = Math.log(scene.worldScale);
  return parameters;
}
