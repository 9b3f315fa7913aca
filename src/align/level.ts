import type { PairwisePrediction, Pointmap } from '#geometry/pointmap.ts';
import type { PassCamera } from './image-block.ts';
import { type Sighting, sideFactors, sightingsOf } from './objective.ts';
import type { ImageSize } from './pairwise.ts';
import type { AlignProblem } from './state.ts';

/** Every `step`-th pixel of every image in both directions, beginning at `offset`: a scene of smaller images. */
export interface Level {
  readonly step: number;
  readonly offset: number;
  /** By image, in all its pixels, which parameters are about. */
  readonly fullSizes: readonly ImageSize[];
  /** The scene, seen at these pixels only. */
  readonly problem: AlignProblem;
}

/** Pointmaps are thinned when they are first asked for. @param step 1 for all pixels */
export function makeLevel(problem: AlignProblem, step: number): Level {
  const offset = step >> 1;
  const fullSizes = problem.sizes;
  if (step === 1) return { step, offset, fullSizes, problem };
  const grid = { step, offset };
  const sizes = problem.sizes.map(({ width, height }) => ({
    width: thinnedLength(width, grid),
    height: thinnedLength(height, grid),
  }));
  const masks = problem.masks.map((mask, i) => mask && thin(mask, problem.sizes[i] as ImageSize, grid));
  const pairs = problem.pairs.map((pair) => thinPair(pair, grid));
  return { step, offset, fullSizes, problem: { ...problem, sizes, masks, pairs } };
}

/** By image, a map [H·W] of all pixels on the grid of a level. */
export function thinMaps<Values extends Float32Array | Uint8Array>(
  { step, offset, fullSizes }: Level,
  maps: readonly (Values | undefined)[],
): (Values | undefined)[] {
  return maps.map((map, image) => map && thin(map, fullSizes[image] as ImageSize, { step, offset }));
}

/** The camera in the pixels of a level. */
export function toLevel(level: Level, camera: PassCamera): PassCamera {
  return { ...camera, ...intrinsicsAt(level, camera) };
}

type Intrinsics = Pick<PassCamera, 'focalPx' | 'principalPx'>;

export function intrinsicsAt({ step, offset }: Level, { focalPx, principalPx }: Intrinsics): Intrinsics {
  return {
    focalPx: [focalPx[0] / step, focalPx[1] / step],
    principalPx: [(principalPx[0] - offset) / step, (principalPx[1] - offset) / step],
  };
}

type Grid = Pick<Level, 'step' | 'offset'>;

/** How many of a row's pixels are on the grid. */
function thinnedLength(length: number, { step, offset }: Grid): number {
  return Math.ceil((length - offset) / step);
}

/** Each pointmap when it is first asked for: predictions may be on disk. */
function thinPair(pair: PairwisePrediction, grid: Grid): PairwisePrediction {
  let [view1, view2]: (Pointmap | undefined)[] = [];
  return {
    first: pair.first,
    second: pair.second,
    get view1() {
      view1 ??= thinPointmap(pair.view1, grid);
      return view1;
    },
    get view2() {
      view2 ??= thinPointmap(pair.view2, grid);
      return view2;
    },
  };
}

function thinPointmap(pointmap: Pointmap, grid: Grid): Pointmap {
  const confidence = thin(pointmap.confidence, pointmap, grid);
  const points = new Float32Array(3 * confidence.length);
  for (let axis = 0; axis < 3; axis++) {
    const coordinates = thin(pointmap.points, pointmap, { ...grid, stride: 3, at: axis });
    for (let i = 0; i < coordinates.length; i++) points[3 * i + axis] = coordinates[i] as number;
  }
  const width = thinnedLength(pointmap.width, grid);
  return { width, height: confidence.length / width, points, confidence };
}

/** The values on the grid, of maps [H, W, stride] those at index `at`. */
function thin<Values extends Float32Array | Uint8Array>(
  values: Values,
  { width, height }: ImageSize,
  { step, offset, stride = 1, at = 0 }: Grid & { readonly stride?: number; readonly at?: number },
): Values {
  const size = [width, height].map((length) => thinnedLength(length, { step, offset }));
  const thinned = values.slice(0, (size[0] as number) * (size[1] as number)) as Values;
  let to = 0;
  for (let row = offset; row < height; row += step) {
    for (let column = offset; column < width; column += step) {
      thinned[to++] = values[stride * (row * width + column) + at] as number;
    }
  }
  return thinned;
}

/** What an image's pixels are held against, as the inner loops take it; see `ImagePass`. */
export interface ImageObservations {
  readonly size: ImageSize;
  readonly sightings: readonly Sighting[];
  /** [K, 4, H·W] */
  readonly planes: Float32Array;
  /** [K] */
  readonly factors: Float64Array;
  readonly summary: ImageSummary;
}

/** What a finished scene tells of an image's pointmaps. */
export interface ImageSummary {
  /** [K]: what the pixels weigh together. */
  readonly totalWeights: Float64Array;
  /** [H·W]: the highest confidence that any pair gave; 0 where it is masked. */
  readonly confidence: Float32Array;
}

/** Gathers one image's pointmaps. Pixels that are masked or not finite weigh 0, and so does a negative weight. */
export function observeImage({ problem }: Level, image: number): ImageObservations {
  const size = problem.sizes[image] as ImageSize;
  const sightings = sightingsOf(problem)[image] as Sighting[];
  const factors = sideFactors(problem);
  const area = size.width * size.height;
  const planes = new Float32Array(4 * area * sightings.length);
  const summary = { totalWeights: new Float64Array(sightings.length), confidence: new Float32Array(area) };
  const mask = problem.masks[image];
  for (const [k, sighting] of sightings.entries()) {
    const pointmap = pointmapOf(problem, sighting);
    const out = planes.subarray(4 * area * k, 4 * area * (k + 1));
    summary.totalWeights[k] = writePlanes(out, pointmap, [problem.weightOf, mask]);
    raiseConfidence(summary.confidence, pointmap, mask);
  }
  const factorOf = ({ pair, side }: Sighting) => factors[pair]?.[side] as number;
  return { size, sightings, planes, factors: Float64Array.from(sightings, factorOf), summary };
}

/** Reads a prediction, which may be on disk, once. */
export function pointmapOf({ pairs }: Pick<AlignProblem, 'pairs'>, { pair, side }: Sighting): Pointmap {
  const prediction = pairs[pair] as AlignProblem['pairs'][number];
  return side === 'first' ? prediction.view1 : prediction.view2;
}

/** By pixel, the highest confidence that any pair gave; 0 where it is masked. */
export function highestConfidence(problem: AlignProblem, image: number): Float32Array {
  const { width, height } = problem.sizes[image] as ImageSize;
  const highest = new Float32Array(width * height);
  for (const sighting of sightingsOf(problem)[image] as Sighting[]) {
    raiseConfidence(highest, pointmapOf(problem, sighting), problem.masks[image]);
  }
  return highest;
}

function raiseConfidence(highest: Float32Array, { confidence }: Pointmap, mask: Uint8Array | undefined): void {
  for (let i = 0; i < highest.length; i++) {
    const c = mask && !mask[i] ? 0 : (confidence[i] as number);
    if (c > (highest[i] as number)) highest[i] = c;
  }
}

/** Returns the total weight. */
function writePlanes(
  out: Float32Array,
  { points, confidence }: Pointmap,
  [weightOf, mask]: readonly [AlignProblem['weightOf'], Uint8Array | undefined],
): number {
  const area = confidence.length;
  let total = 0;
  for (let i = 0; i < area; i++) {
    const x = points[3 * i] as number;
    const y = points[3 * i + 1] as number;
    const z = points[3 * i + 2] as number;
    const weight = mask && !mask[i] ? 0 : weightOf(confidence[i] as number);
    if (!(weight > 0 && Number.isFinite(x + y + z + weight))) continue;
    out[i] = x;
    out[area + i] = y;
    out[2 * area + i] = z;
    out[3 * area + i] = weight;
    total += weight;
  }
  return total;
}
