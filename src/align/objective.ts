import type { PassCamera } from './image-block.ts';
import { type ImageSums, LOSS } from './image-pass.ts';
import { ADAPTOR_SCALE, addPoseGradient, decodePose, FOCAL_SCALE, PRINCIPAL_SCALE } from './parameters.ts';
import { type AlignProblem, mapParameters, type SceneParameters, zeroParameters } from './state.ts';

/** The parameters, decoded: what the pixels are held against. */
export interface SceneEstimate {
  /** By image, in its pixels. */
  readonly cameras: readonly PassCamera[];
  /** By pair: the map from its frame to the world, [M | t] row by row, 12 numbers. */
  readonly placements: readonly Float64Array[];
}

/** One pair's pointmap of an image. */
export interface Sighting {
  readonly pair: number;
  readonly side: 'first' | 'second';
}

/** By image, the pointmaps of it in the order of the pairs. */
export function sightingsOf({ pairs, sizes }: Pick<AlignProblem, 'pairs' | 'sizes'>): Sighting[][] {
  const sightings: Sighting[][] = sizes.map(() => []);
  for (const [pair, { first, second }] of pairs.entries()) {
    sightings[first]?.push({ pair, side: 'first' });
    sightings[second]?.push({ pair, side: 'second' });
  }
  return sightings;
}

/** What the loss of one pair's first and second images is multiplied with (spec 6.2). */
export function sideFactors({ pairs, sizes, normalization }: AlignProblem): Record<'first' | 'second', number>[] {
  const area = (image: number) => (sizes[image]?.width as number) * (sizes[image]?.height as number);
  const totals = { first: 0, second: 0 };
  for (const { first, second } of pairs) {
    totals.first += area(first);
    totals.second += area(second);
  }
  return pairs.map(({ first, second }) =>
    normalization === 'area'
      ? { first: 1 / totals.first, second: 1 / totals.second }
      : { first: 1 / (pairs.length * area(first)), second: 1 / (pairs.length * area(second)) },
  );
}

export function decodeScene(problem: AlignProblem, parameters: SceneParameters): SceneEstimate {
  const scales = pairScales(problem, parameters);
  return {
    cameras: problem.sizes.map((_, image) => decodeCamera(problem, parameters, image)),
    placements: problem.pairs.map((_, pair) => decodePlacement(problem, parameters, [pair, scales[pair] as number])),
  };
}

/** σ: exp of every pair's ln scale, held at a geometric mean where nothing else fixes the scale (pitfall 51). */
export function pairScales({ baseScale }: AlignProblem, { pairPoses }: SceneParameters): Float64Array {
  const logScales = Float64Array.from({ length: pairPoses.length / 8 }, (_, pair) => pairPoses[8 * pair + 7] as number);
  const mean = logScales.reduce((sum, value) => sum + value, 0) / logScales.length;
  const shift = baseScale === undefined ? 0 : Math.log(baseScale) - mean;
  return logScales.map((value) => Math.exp(value + shift));
}

function decodeCamera(
  { sizes, focalGroups, isAnchored }: AlignProblem,
  { poses, focals, principals, worldScale }: SceneParameters,
  image: number,
): PassCamera {
  const { width, height } = sizes[image] as AlignProblem['sizes'][number];
  const group = focalGroups[image] as number;
  const scale = isAnchored[image] ? Math.exp(worldScale[0] as number) : 1;
  const focal = (axis: number) => Math.exp((focals[2 * group + axis] as number) / FOCAL_SCALE);
  const offset = (axis: number) => PRINCIPAL_SCALE * (principals[2 * image + axis] as number);
  return {
    focalPx: [focal(0), focal(1)],
    principalPx: [width / 2 + offset(0), height / 2 + offset(1)],
    pose: moveAway(decodePose(poses.subarray(7 * image, 7 * image + 7)), scale),
  };
}

/** [R | scale·T] */
function moveAway(pose: Float64Array, scale: number): Float64Array {
  return pose.map((value, i) => (i % 4 === 3 ? scale * value : value));
}

/** [σ·R·diag(a) | σ·T] */
function decodePlacement(
  problem: AlignProblem,
  { pairPoses, pairAdaptors }: SceneParameters,
  [pair, scale]: readonly [number, number],
): Float64Array {
  const stretch = adaptorOf(problem, pairAdaptors.subarray(2 * pair, 2 * pair + 2));
  const placement = decodePose(pairPoses.subarray(8 * pair, 8 * pair + 7));
  return placement.map((value, i) => scale * value * (stretch[i % 4] ?? 1));
}

/** exp of (a0, a0, a1), freed of its mean where the scale is the pairs' to say. */
function adaptorOf({ baseScale }: AlignProblem, [across = 0, along = 0]: Float64Array): readonly number[] {
  const mean = baseScale === undefined ? 0 : (2 * across + along) / 3;
  return [across, across, along].map((value) => Math.exp((value - mean) / ADAPTOR_SCALE));
}

/** Everything that was summed over the pixels, by image, its observations in the order of `sightingsOf`. */
export type SceneSums = readonly ImageSums[];

export function lossOf(sums: SceneSums): number {
  let loss = 0;
  for (const { observations } of sums) for (const observation of observations) loss += observation[LOSS] as number;
  return loss;
}

/** The gradient of the loss with respect to the parameters, 0 for those that are known. */
export function gradientOf(problem: AlignProblem, parameters: SceneParameters, sums: SceneSums): SceneParameters {
  const gradient = zeroParameters(problem);
  const { cameras, placements } = decodeScene(problem, parameters);
  for (const [image, camera] of cameras.entries()) {
    const moments = (sums[image] as ImageSums).camera;
    const row = 7 * image;
    addPoseGradient(gradient.poses.subarray(row, row + 7), parameters.poses.subarray(row, row + 7), moments);
    addIntrinsicsGradient(problem, gradient, { image, camera, moments });
    if (problem.isAnchored[image]) {
      for (const at of [3, 7, 11]) {
        const along = (moments[at] as number) * (camera.pose[at] as number);
        gradient.worldScale[0] = (gradient.worldScale[0] as number) + along;
      }
    }
  }
  const byPair = placementGradients(problem, sums);
  for (const [pair, scale] of pairScales(problem, parameters).entries()) {
    const placement = placements[pair] as Float64Array;
    addPairGradient(problem, [parameters, gradient], { pair, scale, placement, moments: byPair[pair] as Float64Array });
  }
  if (problem.baseScale !== undefined) removeMeanScale(gradient.pairPoses);
  return mapParameters((name) => gradient[name].map((value, i) => value * (problem.free[name][i] as number)));
}

interface CameraMoments {
  readonly image: number;
  readonly camera: PassCamera;
  readonly moments: Float64Array;
}

/** x in the camera is d(u − cx)/f: it falls with ln f by itself, and with cx by d/f. */
function addIntrinsicsGradient(
  { focalGroups, separateFocals }: AlignProblem,
  { focals, principals }: SceneParameters,
  { image, camera: { pose, focalPx }, moments }: CameraMoments,
): void {
  // Σ (Rᵀ G)ₐ c_b
  const turned = (a: number, b: number) =>
    [0, 1, 2].reduce((sum, row) => sum + (pose[4 * row + a] as number) * (moments[4 * row + b] as number), 0);
  const byFocal = [0, 1].map((axis) => -turned(axis, axis) / FOCAL_SCALE) as [number, number];
  for (const axis of [0, 1] as const) {
    const slot = 2 * (focalGroups[image] as number) + axis;
    // Two numbers with the same gradient move as one.
    focals[slot] = (focals[slot] as number) + (separateFocals ? byFocal[axis] : byFocal[0] + byFocal[1]);
    principals[2 * image + axis] = (-PRINCIPAL_SCALE * turned(axis, 2)) / focalPx[axis];
  }
}

/** Both of a pair's pointmaps have its placement. */
function placementGradients(problem: AlignProblem, sums: SceneSums): Float64Array[] {
  const gradients = problem.pairs.map(() => new Float64Array(LOSS));
  for (const [image, sightings] of sightingsOf(problem).entries()) {
    for (const [k, { pair }] of sightings.entries()) {
      const [to, from] = [gradients[pair] as Float64Array, (sums[image] as ImageSums).observations[k] as Float64Array];
      for (let i = 0; i < LOSS; i++) to[i] = (to[i] as number) + (from[i] as number);
    }
  }
  return gradients;
}

interface PairMoments {
  readonly pair: number;
  readonly scale: number;
  readonly placement: Float64Array;
  readonly moments: Float64Array;
}

function addPairGradient(
  problem: AlignProblem,
  [parameters, gradient]: readonly [SceneParameters, SceneParameters],
  { pair, scale, placement, moments }: PairMoments,
): void {
  const row = parameters.pairPoses.subarray(8 * pair, 8 * pair + 8);
  const out = gradient.pairPoses.subarray(8 * pair, 8 * pair + 8);
  const stretch = adaptorOf(problem, parameters.pairAdaptors.subarray(2 * pair, 2 * pair + 2));
  const byPose = moments.map((value, i) => scale * value * (stretch[i % 4] ?? 1));
  addPoseGradient(out.subarray(0, 7), row.subarray(0, 7), byPose);
  /** With respect to the logarithm of the stretch of a column. */
  const byColumn = [0, 0, 0, 0];
  for (let i = 0; i < LOSS; i++) {
    byColumn[i % 4] = (byColumn[i % 4] as number) + (moments[i] as number) * (placement[i] as number);
  }
  const [x, y, z, shift] = byColumn as [number, number, number, number];
  out[7] = x + y + z + shift;
  const mean = problem.baseScale === undefined ? 0 : (x + y + z) / 3;
  gradient.pairAdaptors[2 * pair] = (x + y - 2 * mean) / ADAPTOR_SCALE;
  gradient.pairAdaptors[2 * pair + 1] = (z - mean) / ADAPTOR_SCALE;
}

/** The mean of the scales is taken out of each of them. */
function removeMeanScale(pairPoses: Float64Array): void {
  const count = pairPoses.length / 8;
  let mean = 0;
  for (let pair = 0; pair < count; pair++) mean += (pairPoses[8 * pair + 7] as number) / count;
  for (let pair = 0; pair < count; pair++) pairPoses[8 * pair + 7] = (pairPoses[8 * pair + 7] as number) - mean;
}
