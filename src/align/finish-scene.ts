import { type Camera, depthToPoints, type Matrix4 } from '#geometry/camera.ts';
import { LOSS } from './image-pass.ts';
import { decodeScene, lossOf, pairScales, sideFactors, sightingsOf } from './objective.ts';
import type { AlignedPair, AlignedScene, SceneView } from './scene.ts';
import type { Solution } from './solve-scene.ts';
import type { AlignProblem } from './state.ts';

/** The scene that a solution stands for. */
export function finishScene(problem: AlignProblem, solution: Solution): AlignedScene {
  const { cameras, placements } = decodeScene(problem, solution.parameters);
  const views = cameras.map(({ focalPx, principalPx, pose }, image): SceneView => {
    const { width, height } = problem.sizes[image] as AlignProblem['sizes'][number];
    const camera: Camera = { width, height, focalPx, principalPx, camToWorld: toMatrix4(pose) };
    const { confidence } = solution.summaries[image] as Solution['summaries'][number];
    const depth = (solution.logDepths[image] as Float32Array).map(Math.exp);
    return { camera, depth, points: depthToPoints(camera, depth), confidence };
  });
  return {
    views,
    pairs: describePairs(problem, solution, { placements, views }),
    loss: lossOf(solution.sums),
    losses: solution.losses,
    iterations: solution.iterations,
    stopped: solution.stopped,
    parts: [[...problem.sizes.keys()]],
  };
}

function toMatrix4(top: Float64Array): Matrix4 {
  return Float64Array.of(...top, 0, 0, 0, 1);
}

function describePairs(
  problem: AlignProblem,
  solution: Solution,
  { placements, views }: { readonly placements: readonly Float64Array[]; readonly views: readonly SceneView[] },
): AlignedPair[] {
  const scales = pairScales(problem, solution.parameters);
  const residuals = pairResiduals(problem, solution);
  const depths = views.map(({ depth, confidence }) => medianDepth(depth, confidence));
  return problem.pairs.map(({ first, second }, pair) => {
    const residual = residuals[pair] as number;
    return {
      ...{ first, second, residual },
      scale: scales[pair] as number,
      toWorld: toMatrix4(placements[pair] as Float64Array),
      relativeResidual: (2 * residual) / ((depths[first] as number) + (depths[second] as number)),
    };
  });
}

/** By pair, the mean of its distances by weight; of l2, the root of their mean square. */
function pairResiduals(problem: AlignProblem, { sums, summaries }: Solution): number[] {
  const factors = sideFactors(problem);
  const totals = problem.pairs.map(() => ({ distance: 0, weight: 0 }));
  for (const [image, sightings] of sightingsOf(problem).entries()) {
    for (const [k, { pair, side }] of sightings.entries()) {
      const total = totals[pair] as { distance: number; weight: number };
      total.distance += (sums[image]?.observations[k]?.[LOSS] as number) / (factors[pair]?.[side] as number);
      total.weight += summaries[image]?.totalWeights[k] as number;
    }
  }
  const means = totals.map(({ distance, weight }) => (weight > 0 ? distance / weight : 0));
  return problem.distance === 'l1' ? means : means.map(Math.sqrt);
}

/** About so many pixels tell the median well enough. */
const MEDIAN_PIXELS = 10_000;

/** Over the pixels that are not masked. */
function medianDepth(depth: Float32Array, confidence: Float32Array): number {
  const step = Math.ceil(depth.length / MEDIAN_PIXELS);
  const isSeen = (i: number) => (confidence[i] as number) > 0;
  const some = depth.filter((_, i) => i % step === 0 && isSeen(i));
  const seen = (some.length > 0 ? some : depth.filter((_, i) => isSeen(i))).sort();
  return seen[seen.length >> 1] as number;
}
