import type { Matrix4 } from '#geometry/camera.ts';
import type { Pointmap } from '#geometry/pointmap.ts';
import { solvePointmapPose } from '#geometry/pointmap-pose.ts';
import { type Similarity, similarityTransform } from '#geometry/procrustes.ts';
import { identityTransform, rigidTransform } from '#geometry/rigid.ts';
import { sortByScore, spanningTree } from './graph.ts';
import { initialFocals, principalOf } from './initial-focals.ts';
import {
  type DepthSource,
  type InitialScene,
  type KnownCameras,
  placePointmap,
  scorePairs,
  usablePointmap,
} from './initial-scene.ts';
import { highestConfidence, type Level } from './level.ts';
import type { Sighting } from './objective.ts';
import { eachInTurn, type Pausable } from './pausable.ts';
import { register } from './register.ts';

export interface TreeOptions {
  /** Pixels must be more confident than this, in the network's own unit, to take part in finding a pose. */
  readonly minConfidence: number;
}

/** An image that has its place: its points in the world, where they came from, and its camera if a pair had it first. */
interface Placed {
  readonly source: DepthSource;
  readonly world: Float32Array;
}

/**
 * A first guess from the maximum spanning tree of the pairs (spec 6.4): the best pair's frame is the world, and the tree's
 * other pairs are registered to what is placed already. Focal lengths from pointmaps; poses from the tree or by PnP.
 */
export function* initializeFromTree(
  level: Level,
  known: KnownCameras,
  { minConfidence }: TreeOptions,
): Pausable<InitialScene> {
  const { pairs, sizes } = level.problem;
  const scores = yield* scorePairs(level);
  const tree = new TreePlacement(level);
  yield* tree.grow(spanningTree(sizes.length, pairs, scores));
  const focals = yield* initialFocals(level, known, scores);
  const camToWorld = yield* eachInTurn(sizes, (_, image) => {
    const settings = { focalPx: focals[image]?.[0] as number, minConfidence };
    const usual = tree.poses[image] ?? poseByPnp(level, known, { image, world: tree.worldOf(image), ...settings });
    return usual ?? poseFromOwnFrame(level, tree, { image, scores }) ?? identityTransform();
  });
  return {
    focals,
    camToWorld,
    pairs: yield* eachInTurn(pairs, ({ first }, pair) => register(tree.pointmap(pair, 'first'), tree.worldOf(first))),
    sources: sizes.map((_, image) => (tree.placed[image] as Placed).source),
    worldScale: 1,
  };
}

/** Images as they get their places. */
class TreePlacement {
  readonly placed: (Placed | undefined)[] = [];
  readonly poses: (Matrix4 | undefined)[] = [];
  private readonly level: Level;

  constructor(level: Level) {
    this.level = level;
  }

  worldOf(image: number): Float32Array {
    return (this.placed[image] as Placed).world;
  }

  pointmap(pair: number, side: Sighting['side']): Pointmap {
    return usablePointmap(this.level.problem, { pair, side });
  }

  /** Takes the tree's edges best first; one that touches nothing yet waits until the others have had their turn. */
  *grow([root, ...rest]: readonly number[]): Pausable<void> {
    this.join(root as number, { scale: 1, rotation: identity3, translation: new Float64Array(3) });
    yield;
    const queue = rest;
    while (queue.length > 0) {
      const pair = queue.shift() as number;
      const { first, second } = this.level.problem.pairs[pair] as Level['problem']['pairs'][number];
      const [image, side] = this.placed[first] ? ([first, 'first'] as const) : ([second, 'second'] as const);
      if (!this.placed[image]) {
        queue.push(pair);
        continue;
      }
      this.join(pair, register(this.pointmap(pair, side), this.worldOf(image)));
      yield;
    }
  }

  private join(pair: number, similarity: Similarity): void {
    const { first, second } = this.level.problem.pairs[pair] as Level['problem']['pairs'][number];
    const toWorld = similarityTransform(similarity);
    for (const [image, side] of [[first, 'first'] as const, [second, 'second'] as const]) {
      const world = placePointmap(this.pointmap(pair, side), toWorld);
      this.placed[image] ??= { source: { pair, side, toWorld }, world };
    }
    this.poses[first] ??= rigidTransform(similarity.rotation, similarity.translation);
  }
}

const identity3 = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);

/** How far from its pixel an inlier may project. */
const PNP_THRESHOLD_PX = 5;

interface PnpInput {
  readonly image: number;
  readonly world: Float32Array;
  readonly focalPx: number;
  readonly minConfidence: number;
}

function poseByPnp(level: Level, known: KnownCameras, input: PnpInput): Matrix4 | undefined {
  const { image, world, focalPx, minConfidence } = input;
  const { step, offset } = level;
  const { width, height } = level.problem.sizes[image] as Level['problem']['sizes'][number];
  const [x, y] = principalOf(level, known, image);
  const confidence = highestConfidence(level.problem, image);
  return solvePointmapPose(
    { width, height, points: world },
    {
      focalPx: focalPx / step,
      thresholdPx: PNP_THRESHOLD_PX / step,
      principalPx: [(x - offset) / step, (y - offset) / step],
      mask: confidence.map((c) => Number(c > minConfidence)),
    },
  )?.camToWorld;
}

/** Where the best pair that has the image first sees it from. */
function poseFromOwnFrame(
  level: Level,
  tree: TreePlacement,
  { image, scores }: { readonly image: number; readonly scores: readonly number[] },
): Matrix4 | undefined {
  const pair = sortByScore(scores).find((index) => level.problem.pairs[index]?.first === image);
  if (pair === undefined) return undefined;
  const { rotation, translation } = register(tree.pointmap(pair, 'first'), tree.worldOf(image));
  return rigidTransform(rotation, translation);
}
