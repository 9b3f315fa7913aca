import { expect } from '@jest/globals';
import type { PairDataset } from '#data/pair-dataset.ts';
import type { RawView } from '#data/view.ts';
import { createNumpyRandom } from '#tensor/random.ts';
import { compareViews, expectTruth, type SceneName } from './fixture.ts';

/** What EXR of float32 keeps of a depth of some tens of metres. */
const floatPrecision = 1e-5;

export interface ExpectedPair {
  readonly scene: SceneName;
  /** Numbers of the two renders. */
  readonly frames: readonly [number, number];
  /** Of a depth (default: float precision). */
  readonly tolerance?: number;
  /** How many of a render's 24 points a view must have depth for (default 20). */
  readonly least?: number;
  /** How large a part of the first view's points must lie on the second's (default 0.4). */
  readonly overlap?: number;
}

/** Reads a pair and checks cameras, points and images of both views against the ray caster, and against each other. */
export async function expectTruePair(
  dataset: PairDataset,
  index: number,
  { scene, frames, tolerance = floatPrecision, least = 20, overlap = 0.4 }: ExpectedPair,
): Promise<readonly [RawView, RawView]> {
  const views = await dataset.pair(index, createNumpyRandom(0));
  for (const [v, view] of views.entries()) {
    expect(expectTruth(view, [scene, frames[v] as number], tolerance)).toBeGreaterThanOrEqual(least);
    expect(view.dataset).toBe(dataset.name);
  }
  const { share, medianDepth, medianColor } = compareViews(...views);
  expect(share).toBeGreaterThan(overlap);
  expect(medianDepth).toBeLessThan(0.005);
  expect(medianColor).toBeLessThan(12);
  return views;
}

/** All pairs of the numbers below `count`, as the fixtures' lists have them. */
export function numberPairs(count: number): (readonly [number, number])[] {
  const numbers = Array.from({ length: count }, (_, i) => i);
  return numbers.flatMap((i) => numbers.slice(i + 1).map((j) => [i, j] as const));
}

/** The names of both views' images. */
export async function instancesOf(dataset: PairDataset, index: number, seed = 0): Promise<readonly [string, string]> {
  const [first, second] = await dataset.pair(index, createNumpyRandom(seed));
  return [first.instance, second.instance];
}
