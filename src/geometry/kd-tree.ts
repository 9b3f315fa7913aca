import type { PointArray } from './rigid.ts';

/**
 * A k-d tree without nodes: `order` lists the points so that the middle of every range splits it, along the axis that
 * `axes` keeps for that middle; ranges of at most LEAF_SIZE points are searched one by one.
 */
export interface KdTree {
  readonly points: PointArray;
  readonly order: Uint32Array;
  readonly axes: Uint8Array;
}

const LEAF_SIZE = 8;

/** Over the finite points of [P, 3]. */
export function buildKdTree(points: PointArray): KdTree {
  if (points.length % 3 !== 0) throw new RangeError(`buildKdTree: expected [P, 3] values, got ${points.length}`);
  const finite: number[] = [];
  for (let i = 0; i < points.length / 3; i++) if (isFinitePoint(points, i)) finite.push(i);
  const tree = { points, order: Uint32Array.from(finite), axes: new Uint8Array(finite.length) };
  splitRange(tree, 0, finite.length);
  return tree;
}

function isFinitePoint(points: PointArray, i: number): boolean {
  const sum = (points[3 * i] as number) + (points[3 * i + 1] as number) + (points[3 * i + 2] as number);
  return Number.isFinite(sum);
}

function splitRange(tree: KdTree, start: number, end: number): void {
  if (end - start <= LEAF_SIZE) return;
  const middle = (start + end) >> 1;
  const axis = widestAxis(tree, start, end);
  tree.axes[middle] = axis;
  selectMiddle(tree, axis, [start, end]);
  splitRange(tree, start, middle);
  splitRange(tree, middle + 1, end);
}

function widestAxis({ points, order }: KdTree, start: number, end: number): number {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let i = start; i < end; i++) {
    for (let axis = 0; axis < 3; axis++) {
      const value = points[3 * (order[i] as number) + axis] as number;
      if (value < (low[axis] as number)) low[axis] = value;
      if (value > (high[axis] as number)) high[axis] = value;
    }
  }
  const spread = high.map((value, axis) => value - (low[axis] as number));
  return spread.indexOf(Math.max(...spread));
}

/** Hoare's quickselect: afterwards the middle is in place, with nothing greater before it and nothing less after it. */
function selectMiddle(tree: KdTree, axis: number, [start, end]: readonly [number, number]): void {
  const middle = (start + end) >> 1;
  let [low, high] = [start, end - 1];
  while (low < high) {
    const [endOfLess, startOfGreater] = partition(tree, axis, [low, high]);
    if (middle > endOfLess && middle < startOfGreater) return;
    if (middle <= endOfLess) high = endOfLess;
    else low = startOfGreater;
  }
}

/** Orders low..high about a pivot; values up to the first index returned are ≤ it, values from the second on are ≥ it. */
function partition({ points, order }: KdTree, axis: number, [low, high]: readonly [number, number]): [number, number] {
  const valueAt = (i: number) => points[3 * (order[i] as number) + axis] as number;
  const pivot = valueAt((low + high) >> 1);
  let [i, j] = [low, high];
  while (i <= j) {
    while (valueAt(i) < pivot) i++;
    while (valueAt(j) > pivot) j--;
    if (i > j) break;
    const swapped = order[i] as number;
    order[i++] = order[j] as number;
    order[j--] = swapped;
  }
  return [j, i];
}

/** The point of the tree that is nearest to point i of `queries`; nothing for a query that is not finite. */
export function nearestPoint(tree: KdTree, queries: PointArray, i: number): number | undefined {
  if (tree.order.length === 0 || !isFinitePoint(queries, i)) return undefined;
  const search = { tree, queries, base: 3 * i, nearest: tree.order[0] as number, squareDistance: Infinity };
  searchRange(search, 0, tree.order.length);
  return search.nearest;
}

interface Search {
  readonly tree: KdTree;
  readonly queries: PointArray;
  readonly base: number;
  nearest: number;
  squareDistance: number;
}

function searchRange(search: Search, start: number, end: number): void {
  const { tree, queries, base } = search;
  if (end - start <= LEAF_SIZE) {
    for (let i = start; i < end; i++) visit(search, tree.order[i] as number);
    return;
  }
  const middle = (start + end) >> 1;
  const axis = tree.axes[middle] as number;
  const split = tree.order[middle] as number;
  const offset = (queries[base + axis] as number) - (tree.points[3 * split + axis] as number);
  const [near, far] = offset < 0 ? [start, middle + 1] : [middle + 1, start];
  searchRange(search, near, offset < 0 ? middle : end);
  visit(search, split);
  if (offset * offset < search.squareDistance) searchRange(search, far, offset < 0 ? end : middle);
}

function visit(search: Search, candidate: number): void {
  const { tree, queries, base } = search;
  const dx = (tree.points[3 * candidate] as number) - (queries[base] as number);
  const dy = (tree.points[3 * candidate + 1] as number) - (queries[base + 1] as number);
  const dz = (tree.points[3 * candidate + 2] as number) - (queries[base + 2] as number);
  const square = dx * dx + dy * dy + dz * dz;
  if (square < search.squareDistance) {
    search.squareDistance = square;
    search.nearest = candidate;
  }
}
