import { createFastRandom, type FastRandom } from '#tensor/random.ts';
import type { Matrix4 } from './camera.ts';
import { solveP3p } from './p3p.ts';
import { type PoseObjective, refinePose, type Sightings } from './pose-refine.ts';
import { findInliers, truncatedCost } from './reprojection.ts';

export interface SearchSettings {
  readonly thresholdPx: number;
  readonly confidence: number;
  readonly minTrials: number;
  readonly maxTrials: number;
  readonly seed: number;
  readonly objective: PoseObjective;
}

/** Hypotheses are drawn from and compared on this many sightings: enough to rank them, whatever the image's size. */
const SAMPLE_SIZE = 1024;

/**
 * The pose (worldToCam) with the least truncated error that random triples lead to (MSAC). Every new best is refined on
 * its inliers (LO-RANSAC), so that noise in a triple does not decide, and lowers the number of trials that are needed.
 */
export function searchPose(sightings: Sightings, settings: SearchSettings): Matrix4 | undefined {
  const random = createFastRandom(settings.seed);
  const sample = takeSample(sightings, random);
  let best: Candidate | undefined;
  let needed = settings.maxTrials;
  for (let trial = 0; trial < needed; trial++) {
    for (const pose of hypotheses(sample, random)) {
      const cost = truncatedCost(sample, pose, settings.thresholdPx, best?.cost ?? Infinity);
      if (best !== undefined && cost >= best.cost) continue;
      best = optimize(sample, { pose, cost }, settings);
      needed = trialsNeeded(sample, best.pose, settings);
    }
  }
  return best?.pose;
}

interface Candidate {
  readonly pose: Matrix4;
  readonly cost: number;
}

function takeSample({ points, rays, focalPx }: Sightings, random: FastRandom): Sightings {
  const count = rays.length / 2;
  if (count <= SAMPLE_SIZE) return { points, rays, focalPx };
  // One from each of equal stretches: spread over the image, and none twice.
  const chosen = Uint32Array.from({ length: SAMPLE_SIZE }, (_, i) =>
    Math.floor(((i + random.uniform()) * count) / SAMPLE_SIZE),
  );
  return { points: pick(points, chosen, 3), rays: pick(rays, chosen, 2), focalPx };
}

function pick(values: Float64Array, chosen: ArrayLike<number>, width: number): Float64Array {
  return Float64Array.from({ length: chosen.length * width }, (_, i) => {
    return values[(chosen[Math.floor(i / width)] as number) * width + (i % width)] as number;
  });
}

function hypotheses({ points, rays }: Sightings, random: FastRandom): Matrix4[] {
  const triple = drawTriple(rays.length / 2, random);
  const directions = Float64Array.from(
    triple.flatMap((i) => {
      const [u, v] = [rays[2 * i] as number, rays[2 * i + 1] as number];
      const length = Math.hypot(u, v, 1);
      return [u / length, v / length, 1 / length];
    }),
  );
  return solveP3p(directions, pick(points, triple, 3));
}

/** Three different indices below the count. */
function drawTriple(count: number, random: FastRandom): [number, number, number] {
  const first = random.integer(count);
  const second = (first + 1 + random.integer(count - 1)) % count;
  const [low, high] = [Math.min(first, second), Math.max(first, second)];
  let third = random.integer(count - 2);
  if (third >= low) third++;
  if (third >= high) third++;
  return [first, second, third];
}

/** The candidate, or what it turns into on its inliers if that is better. */
function optimize(sample: Sightings, candidate: Candidate, settings: SearchSettings): Candidate {
  const { thresholdPx, objective } = settings;
  const { inliers } = findInliers(sample, candidate.pose, thresholdPx);
  if (inliers.length < 4) return candidate;
  const pose = refinePose(sample, inliers, { start: candidate.pose, objective });
  if (pose === undefined) return candidate;
  const cost = truncatedCost(sample, pose, thresholdPx, candidate.cost);
  return cost < candidate.cost ? { pose, cost } : candidate;
}

/** So many that a triple of inliers is among them with the wanted confidence, if the best so far has found them all. */
function trialsNeeded(sample: Sightings, pose: Matrix4, settings: SearchSettings): number {
  const { confidence, minTrials, maxTrials, thresholdPx } = settings;
  const share = findInliers(sample, pose, thresholdPx).inliers.length / (sample.rays.length / 2);
  const trials = Math.log(1 - confidence) / Math.log(1 - share ** 3);
  return Math.min(maxTrials, Math.max(minTrials, trials));
}
