import type { Matrix4 } from '#geometry/camera.ts';
import type { Similarity } from '#geometry/procrustes.ts';
import { multiply3, multiplyVector3, rotationOf, translationOf, transpose3 } from '#geometry/rigid.ts';
import { alignPoses, initializeFromPoses } from './initial-known.ts';
import { type InitialScene, type KnownCameras, moveScene } from './initial-scene.ts';
import { initializeFromTree } from './initial-tree.ts';
import type { Level } from './level.ts';
import { encodePose, FOCAL_SCALE, PRINCIPAL_SCALE } from './parameters.ts';
import { type SceneParameters, zeroParameters } from './state.ts';

export interface InitialOptions {
  readonly init: 'mst' | 'known-poses';
  readonly minConfidence: number;
}

/** The first guess, in a world that agrees with the known poses and at the scale that the problem holds. */
export function initializeScene(level: Level, known: KnownCameras, options: InitialOptions): InitialScene {
  if (options.init === 'known-poses') return initializeFromPoses(level, known);
  const scene = initializeFromTree(level, known, options);
  const { poses } = known;
  const moved = moveScene(scene, moveToKnown(scene, poses, level.problem.baseScale));
  return { ...moved, camToWorld: moved.camToWorld.map((pose, image) => poses[image] ?? pose) };
}

/** To the known cameras where these fix the scale; else at the scale wanted, with the one known camera where it is. */
function moveToKnown(
  { pairs, camToWorld }: InitialScene,
  poses: readonly (Matrix4 | undefined)[],
  baseScale: number | undefined,
): Similarity {
  const known = [...poses.keys()].filter((image) => poses[image]);
  const [from, to] = [camToWorld, poses].map((list) => known.map((image) => list[image] as Matrix4)) as [
    Matrix4[],
    Matrix4[],
  ];
  if (baseScale === undefined) return alignPoses(from, to);
  const meanLog = pairs.reduce((sum, { scale }) => sum + Math.log(scale), 0) / pairs.length;
  const scale = baseScale / Math.exp(meanLog);
  return known.length === 0 ? { ...still, scale } : moveOneCamera([from[0] as Matrix4, to[0] as Matrix4], scale);
}

const still: Similarity = {
  scale: 1,
  rotation: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
  translation: new Float64Array(3),
};

/** The similarity of a given scale that takes one camera to another. */
function moveOneCamera([from, to]: readonly [Matrix4, Matrix4], scale: number): Similarity {
  const rotation = multiply3(rotationOf(to), transpose3(rotationOf(from)));
  const turned = multiplyVector3(rotation, translationOf(from));
  return { scale, rotation, translation: translationOf(to).map((t, k) => t - scale * (turned[k] as number)) };
}

/** The numbers that stand for a scene (spec 6.1). */
export function encodeScene(level: Level, known: KnownCameras, scene: InitialScene): SceneParameters {
  const { problem, fullSizes } = level;
  const parameters = zeroParameters(problem);
  for (const [image, pose] of scene.camToWorld.entries()) {
    encodePose(parameters.poses.subarray(7 * image, 7 * image + 7), rotationOf(pose), translationOf(pose));
    const { width, height } = fullSizes[image] as Level['fullSizes'][number];
    const centre = [width / 2, height / 2] as const;
    for (const axis of [0, 1] as const) {
      const offset = (known.principals[image]?.[axis] ?? centre[axis]) - centre[axis];
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
  return parameters;
}
