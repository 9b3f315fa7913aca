import { BrokenSampleError } from '#data/pair-dataset.ts';
import type { EvalPair, EvalView } from '#eval/method.ts';
import { relativePose } from '#eval/metrics/pose-error.ts';
import type { EvalSource } from '#eval/source.ts';
import { truthOnGrid } from '#eval/truth.ts';
import type { Matrix4 } from '#geometry/camera.ts';
import { identityTransform, transformPoints, translationOf } from '#geometry/rigid.ts';
import { svd3 } from '#geometry/svd3.ts';
import { squareMapping } from './square-grid.ts';

/** What a data set's pairs look like on the average, on a grid of `size` × `size` cells (see square-grid.ts). */
export interface MeanPointmaps {
  readonly size: number;
  /** [size, size, 3], in the frame of camera 1; the mean distance to it is about 1. */
  readonly view1: Float32Array;
  /** [size, size, 3], of view 2 in the frame of camera 1. */
  readonly view2: Float32Array;
  /** [3], of length 1: the axis, in the frame of camera 1, along which the two cameras stand apart most often. */
  readonly baseline: Float32Array;
  /** Of which pairs, and how many. */
  readonly source: string;
  readonly pairs: number;
}

export interface MeanPointmapsOptions {
  /** Cells along each side (default 64). */
  readonly size?: number;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

/**
 * The mean pointmaps of a training set: every pair, in both orders, is divided by the mean distance of its points to
 * camera 1 (the norm of the loss, spec 2.2), and each cell takes the mean of those pairs that know its point. The mean,
 * not the median: it needs no pair to be kept, and its depths are nearer to the truth. Pairs that cannot be read are left out; a cell that no pair knows takes
 * the nearest one that is known.
 * @throws Error where no pair has depth in both views; the signal's reason when it is aborted
 */
export async function averagePointmaps(
  source: EvalSource,
  { size = 64, onProgress, signal }: MeanPointmapsOptions = {},
): Promise<MeanPointmaps> {
  const sums: Sums = { view1: new CellSums(size), view2: new CellSums(size), directions: new Float64Array(9) };
  let pairs = 0;
  for (let i = 0; i < source.pairCount; i++) {
    signal?.throwIfAborted();
    onProgress?.({ done: i, total: source.pairCount });
    const pair = await readPair(source, i);
    if (!pair) continue;
    const [first, second] = pair.views;
    if (addOrder(sums, [first, second]) && addOrder(sums, [second, first])) pairs++;
  }
  if (pairs === 0) throw new Error(`${source.name}: expected pairs with depth in both views, found none to average`);
  const [view1, view2, baseline] = [sums.view1.means(), sums.view2.means(), principalAxis(sums.directions)];
  return { size, view1, view2, baseline, source: source.name, pairs };
}

async function readPair(source: EvalSource, index: number): Promise<EvalPair | undefined> {
  try {
    return await source.pair(index);
  } catch (error) {
    if (error instanceof BrokenSampleError) return undefined;
    throw error;
  }
}

interface Sums {
  readonly view1: CellSums;
  readonly view2: CellSums;
  /** [3, 3]: of d·dᵀ over the directions d from camera 1 to camera 2. */
  readonly directions: Float64Array;
}

/** Whether there was something to add. */
function addOrder({ view1, view2, directions }: Sums, [first, second]: readonly [EvalView, EvalView]): boolean {
  const { size } = view1;
  const toView1 = relativePose(first.camera.camToWorld, second.camera.camToWorld);
  const [points1, points2] = [pointsOf(first, size, identityTransform()), pointsOf(second, size, toView1)];
  const [distances1, distances2] = [distancesOf(points1), distancesOf(points2)];
  if (distances1.count === 0 || distances2.count === 0) return false;
  const scale = (distances1.count + distances2.count) / (distances1.sum + distances2.sum);
  view1.add(points1, scale);
  view2.add(points2, scale);
  addDirection(directions, translationOf(toView1));
  return true;
}

function addDirection(sums: Float64Array, translation: Float64Array): void {
  const length = Math.hypot(...translation);
  if (length === 0) return;
  for (let i = 0; i < 9; i++) {
    const product = (translation[Math.floor(i / 3)] as number) * (translation[i % 3] as number);
    sums[i] = (sums[i] as number) + product / length ** 2;
  }
}

/** Its sign means nothing: the two orders of a pair point to opposite sides. */
function principalAxis(directions: Float64Array): Float32Array {
  const { U } = svd3(directions);
  return Float32Array.from([0, 3, 6], (at) => U[at] as number);
}

/** [size, size, 3] in the frame of camera 1; NaN where not known. */
function pointsOf(view: EvalView, size: number, toView1: Matrix4): Float64Array {
  const { depth, points } = truthOnGrid(view, { width: size, height: size, mapping: squareMapping(view.image, size) });
  const moved = transformPoints(toView1, points);
  for (let i = 0; i < depth.length; i++) if (depth[i] === 0) moved[3 * i] = Number.NaN;
  return moved;
}

function distancesOf(points: Float64Array): { count: number; sum: number } {
  let [count, sum] = [0, 0];
  for (let i = 0; i < points.length; i += 3) {
    const distance = Math.hypot(points[i] as number, points[i + 1] as number, points[i + 2] as number);
    if (Number.isNaN(distance)) continue;
    count++;
    sum += distance;
  }
  return { count, sum };
}

/** Sums of the points of one view, cell by cell. */
class CellSums {
  readonly size: number;
  private readonly sums: Float64Array;
  private readonly counts: Uint32Array;

  constructor(size: number) {
    this.size = size;
    this.sums = new Float64Array(3 * size * size);
    this.counts = new Uint32Array(size * size);
  }

  add(points: Float64Array, scale: number): void {
    for (let cell = 0; cell < this.counts.length; cell++) {
      if (Number.isNaN(points[3 * cell])) continue;
      for (let k = 3 * cell; k < 3 * cell + 3; k++) {
        this.sums[k] = (this.sums[k] as number) + scale * (points[k] as number);
      }
      this.counts[cell] = (this.counts[cell] as number) + 1;
    }
  }

  means(): Float32Array {
    const { counts, sums } = this;
    const means = new Float32Array(sums.length);
    for (let cell = 0; cell < counts.length; cell++) {
      const from = this.nearestKnown(cell);
      for (let k = 0; k < 3; k++) means[3 * cell + k] = (sums[3 * from + k] as number) / (counts[from] as number);
    }
    return means;
  }

  private nearestKnown(cell: number): number {
    const { counts, size } = this;
    if (counts[cell]) return cell;
    const [row, column] = [Math.floor(cell / size), cell % size];
    let [nearest, least] = [cell, Number.POSITIVE_INFINITY];
    for (let other = 0; other < counts.length; other++) {
      const distance = (Math.floor(other / size) - row) ** 2 + ((other % size) - column) ** 2;
      if (counts[other] && distance < least) [nearest, least] = [other, distance];
    }
    return nearest;
  }
}
