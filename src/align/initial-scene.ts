import type { Matrix4 } from '#geometry/camera.ts';
import type { Pointmap } from '#geometry/pointmap.ts';
import { type Similarity, similarityTransform } from '#geometry/procrustes.ts';
import { composeTransforms, rigidTransform, rotationOf, transformPoints, translationOf } from '#geometry/rigid.ts';
import { type Level, pointmapOf } from './level.ts';
import type { Sighting } from './objective.ts';
import { eachInTurn, type Pausable } from './pausable.ts';
import type { AlignProblem } from './state.ts';

/** What is known of a scene's cameras beforehand, by image. */
export interface KnownCameras {
  readonly poses: readonly (Matrix4 | undefined)[];
  readonly focals: readonly (readonly [x: number, y: number] | undefined)[];
  readonly principals: readonly (readonly [x: number, y: number] | undefined)[];
  /** [H·W] of all pixels. */
  readonly depths: readonly (Float32Array | undefined)[];
}

/** A first guess of a scene, before it is put into parameters. */
export interface InitialScene {
  /** By image, in its pixels. */
  readonly focals: readonly (readonly [x: number, y: number])[];
  readonly camToWorld: readonly Matrix4[];
  /** By pair: from its frame to the world. */
  readonly pairs: readonly Similarity[];
  /** By image: which pointmap its depths are taken from, and the [sR | t] that puts it into the world. */
  readonly sources: readonly DepthSource[];
  /** How much larger it is than the world of the known poses. */
  readonly worldScale: number;
}

export interface DepthSource extends Sighting {
  readonly toWorld: Matrix4;
}

/**
 * One pair's pointmap of an image, ready for estimators: confidence 0 and no point where it is masked or not finite.
 * @throws RangeError when that leaves nothing
 */
export function usablePointmap(problem: AlignProblem, sighting: Sighting): Pointmap {
  const pointmap = pointmapOf(problem, sighting);
  const { first, second } = problem.pairs[sighting.pair] as AlignProblem['pairs'][number];
  const image = sighting.side === 'first' ? first : second;
  const mask = problem.masks[image];
  const points = pointmap.points.slice();
  const confidence = pointmap.confidence.slice();
  for (let i = 0; i < confidence.length; i++) {
    const c = confidence[i] as number;
    const sum = (points[3 * i] as number) + (points[3 * i + 1] as number) + (points[3 * i + 2] as number) + c;
    if ((!mask || mask[i]) && c > 0 && Number.isFinite(sum)) continue;
    confidence[i] = 0;
    points.fill(Number.NaN, 3 * i, 3 * i + 3);
  }
  if (!confidence.some((c) => c > 0)) {
    const name = `pair (${first}, ${second})`;
    throw new RangeError(
      `alignment: ${name} has no usable pixel of image ${image}: all are masked or not finite; leave out the pair`,
    );
  }
  return { ...pointmap, points, confidence };
}

/** By pair. */
export function scorePairs({ problem }: Level): Pausable<number[]> {
  return eachInTurn(problem.pairs, (_, pair) => pairScore(problem, pair));
}

/** How far a pair is to be trusted (spec 6.4): the product of its mean confidences. */
function pairScore(problem: AlignProblem, pair: number): number {
  const mean = (side: Sighting['side']) => {
    const { confidence } = usablePointmap(problem, { pair, side });
    return confidence.reduce((sum, value) => sum + value, 0) / confidence.length;
  };
  return mean('first') * mean('second');
}

export function placePointmap({ points }: Pointmap, toWorld: Matrix4): Float32Array {
  return transformPoints(toWorld, points);
}

/** The factor that brings the geometric mean of the pairs' scales to `baseScale`. */
export function scaleTo(baseScale: number, { pairs }: Pick<InitialScene, 'pairs'>): number {
  const meanLog = pairs.reduce((sum, { scale }) => sum + Math.log(scale), 0) / pairs.length;
  return baseScale / Math.exp(meanLog);
}

/** The whole scene moved: everything in it is where `move` takes it. */
export function moveScene(scene: InitialScene, move: Similarity): InitialScene {
  const transform = similarityTransform(move);
  return {
    ...scene,
    camToWorld: scene.camToWorld.map((pose) => movePose(move, pose)),
    pairs: scene.pairs.map((pair) => moveSimilarity(move, pair)),
    sources: scene.sources.map((source) => ({ ...source, toWorld: composeTransforms(transform, source.toWorld) })),
  };
}

/** A camera turns and moves, and does not grow. */
export function movePose(move: Similarity, camToWorld: Matrix4): Matrix4 {
  const turned = composeTransforms(rigidTransform(move.rotation, [0, 0, 0]), camToWorld);
  const centre = transformPoints(similarityTransform(move), translationOf(camToWorld));
  return rigidTransform(rotationOf(turned), centre);
}

function moveSimilarity(move: Similarity, { scale, rotation, translation }: Similarity): Similarity {
  const moved = movePose(move, rigidTransform(rotation, translation));
  return { scale: move.scale * scale, rotation: rotationOf(moved), translation: translationOf(moved) };
}

/** `initialLogDepth` of every image. */
export function initialLogDepths(level: Level, scene: InitialScene): Float32Array[] {
  return scene.sources.map((_, image) => initialLogDepth(level, scene, image));
}

/** [H·W] of the level: ln of z in the camera; 0 where that is not in front of it, as in the reference. */
export function initialLogDepth(
  { problem }: Level,
  { sources, camToWorld }: InitialScene,
  image: number,
): Float32Array {
  const source = sources[image] as DepthSource;
  const { points } = pointmapOf(problem, source);
  const [z, shift] = depthAxis(camToWorld[image] as Matrix4, source.toWorld);
  return Float32Array.from({ length: points.length / 3 }, (_, i) => {
    const depth =
      (z[0] as number) * (points[3 * i] as number) +
      (z[1] as number) * (points[3 * i + 1] as number) +
      (z[2] as number) * (points[3 * i + 2] as number) +
      shift;
    const logDepth = Math.log(depth);
    return Number.isFinite(logDepth) ? logDepth : 0;
  });
}

/** Depth in the camera as a linear function of a pointmap's coordinates. */
function depthAxis(camToWorld: Matrix4, toWorld: Matrix4): readonly [z: Float64Array, shift: number] {
  const forward = [2, 6, 10].map((i) => camToWorld[i] as number);
  const along = (vector: (row: number) => number) => forward.reduce((sum, f, row) => sum + f * vector(row), 0);
  const z = Float64Array.from([0, 1, 2], (column) => along((row) => toWorld[4 * row + column] as number));
  const shift = along((row) => (toWorld[4 * row + 3] as number) - (camToWorld[4 * row + 3] as number));
  return [z, shift];
}
