import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import { parseMix } from '#data/expression.ts';
import { openDatasets } from '#data/mix.ts';
import type { PairDataset } from '#data/pair-dataset.ts';
import { datasetTypes } from '#data/registry.ts';
import type { RawView } from '#data/view.ts';
import { type Camera, depthToPoints, projectPoints } from '#geometry/camera.ts';

const folder = new URL('../../fixtures/published/', import.meta.url);

/** The folder of a prepared dataset as `make.py` wrote it, or a file in it. */
export const fixturePath = (path: string) => fileURLToPath(new URL(path, folder));

export type SceneName = 'table' | 'street';

interface TrueFrame {
  readonly camera: Omit<Camera, 'camToWorld'> & { readonly camToWorld: readonly number[] };
  /** [column, row, x, y, z]: what pixels show, in the world. */
  readonly points: readonly (readonly [number, number, number, number, number])[];
}

const truth = JSON.parse(readFileSync(fixturePath('truth.json'), 'utf8')) as Record<SceneName, readonly TrueFrame[]>;

/** Opens the one dataset of an expression without its resolution, as the training command does. */
export async function openPublished(call: string): Promise<PairDataset> {
  const expression = call.replace(/\)$/, `${call.endsWith('()') ? '' : ', '}resolution=32)`);
  return (await openDatasets(parseMix(expression, datasetTypes)))[0] as PairDataset;
}

/**
 * Checks camera and depth of a view against the ray caster's own numbers.
 * @param tolerance of a depth: its quantisation
 * @returns how many of the frame's 24 points the view has a depth for
 */
export function expectTruth(view: RawView, [scene, frame]: readonly [SceneName, number], tolerance: number): number {
  const { camera, points } = truth[scene][frame] as TrueFrame;
  const { width, height } = view.camera;
  expect([width, height]).toEqual([camera.width, camera.height]);
  const numbers = ({ focalPx, principalPx, camToWorld }: TrueFrame['camera'] | Camera) => [
    ...[...focalPx, ...principalPx, ...camToWorld],
  ];
  const [found, expected] = [numbers(view.camera), numbers(camera)];
  expect(Math.max(...found.map((value, i) => Math.abs(value - (expected[i] as number))))).toBeLessThan(2e-6);
  const world = depthToPoints(view.camera, view.depth);
  const seen = points.filter(([u, v]) => (view.depth[v * width + u] as number) > 0);
  for (const [u, v, ...point] of seen) {
    const i = v * width + u;
    const miss = Math.hypot(...point.map((value, k) => value - (world[3 * i + k] as number)));
    // Along a ray an error of depth grows towards the corners.
    expect(miss).toBeLessThan(1.5 * tolerance + 3e-6);
  }
  return seen.length;
}

/** How well the first view's points lie on the second's surface, where both see it. */
export function compareViews(a: RawView, b: RawView): { share: number; medianDepth: number; medianColor: number } {
  const points = depthToPoints(a.camera, a.depth);
  const { pixels, depths } = projectPoints(b.camera, points);
  const differences: number[] = [];
  const colors: number[] = [];
  for (let i = 0; i < a.depth.length; i++) {
    const [u, v] = [Math.round(pixels[2 * i] as number), Math.round(pixels[2 * i + 1] as number)];
    if ((a.depth[i] as number) <= 0 || u < 0 || v < 0 || u >= b.camera.width || v >= b.camera.height) continue;
    const there = v * b.camera.width + u;
    const difference = Math.abs((depths[i] as number) - (b.depth[there] as number)) / (depths[i] as number);
    if (difference > 0.03) continue; // something stands in front of it there
    differences.push(difference);
    colors.push(Math.abs((a.image.data[3 * i] as number) - (b.image.data[3 * there] as number)));
  }
  return {
    share: differences.length / a.depth.filter((z) => z > 0).length,
    medianDepth: median(differences),
    medianColor: median(colors),
  };
}

function median(values: number[]): number {
  return values.sort((x, y) => x - y)[Math.floor(values.length / 2)] ?? Number.NaN;
}
