import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import type { RawView } from '#data/view.ts';
import { projectPoints } from '#geometry/camera.ts';
import { compareViews, fixturePath, type SceneName } from '#test/data/published/fixture.ts';

/** The raw download of a dataset in small, as `make_<name>.py` wrote it. */
export const rawFixture = (path: string) => fileURLToPath(new URL(join('../../fixtures/raw', path), import.meta.url));

type TruePoint = readonly [column: number, row: number, x: number, y: number, z: number];
type Truth = Readonly<Record<SceneName, readonly { readonly points: readonly TruePoint[] }[]>>;
const truth = JSON.parse(readFileSync(fixturePath('truth.json'), 'utf8')) as Truth;

/**
 * How far a view's depth is from that of the points that the ray caster saw in the photograph, as shares of their depth,
 * sorted. Points outside the view, and pixels without depth, are left out.
 */
function depthErrors(view: RawView, [scene, frame]: readonly [SceneName, number]): number[] {
  const points = truth[scene][frame]?.points ?? [];
  const { width, height } = view.camera;
  const { pixels, depths } = projectPoints(view.camera, Float64Array.from(points.flatMap(([, , ...point]) => point)));
  const errors = points.flatMap((_, i) => {
    const [u, v] = [Math.round(pixels[2 * i] as number), Math.round(pixels[2 * i + 1] as number)];
    if (u < 0 || v < 0 || u >= width || v >= height) return [];
    const [found, expected] = [view.depth[v * width + u] as number, depths[i] as number];
    return found > 0 ? [Math.abs(found - expected) / expected] : [];
  });
  return errors.sort((a, b) => a - b);
}

/** Checks a view's depth against the truth. Half of the points are off by less than this share, 80 % by less than 3 %. */
export function expectTrueDepth(view: RawView, frame: readonly [SceneName, number], median = 0.005): void {
  const errors = depthErrors(view, frame);
  expect(errors.length).toBeGreaterThan(15);
  expect(errors[Math.floor(errors.length / 2)]).toBeLessThan(median);
  expect(errors[Math.floor(0.8 * errors.length)]).toBeLessThan(0.03);
}

/** Checks that two views show the same surfaces at the same places of the world. */
export function expectSameWorld(first: RawView, second: RawView): void {
  const { share, medianDepth, medianColor } = compareViews(first, second);
  expect(share).toBeGreaterThan(0.6);
  expect(medianDepth).toBeLessThan(0.006);
  expect(medianColor).toBeLessThan(8);
}

/** All files below a folder by their paths, as hexadecimal text. */
export async function contentsOf(folder: string): Promise<Record<string, string>> {
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name)).sort();
  const texts = paths.map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'hex')] as const);
  return Object.fromEntries(await Promise.all(texts));
}
