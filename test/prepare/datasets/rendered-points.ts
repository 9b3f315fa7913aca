import { readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import type { RawView } from '#data/view.ts';
import { projectPoints, unprojectPixels } from '#geometry/camera.ts';
import { fixturePath } from '#test/data/published/fixture.ts';
import { rawFixture } from './raw-fixture.ts';

/** What a pixel of a raw photograph shows, in the world. */
type RenderedPoint = readonly [column: number, row: number, x: number, y: number, z: number];

export interface RenderedFrame {
  readonly camera: {
    readonly width: number;
    readonly height: number;
    readonly focalPx: readonly [number, number];
    readonly camToWorld: readonly number[];
  };
  readonly points: readonly RenderedPoint[];
}

/** What the ray caster knows of the photographs of a raw fixture: `truth.json` of ../published, or its own. */
export function readTruth<Truth>(dataset?: string): Truth {
  const path = dataset === undefined ? fixturePath('truth.json') : rawFixture(`${dataset}.json`);
  return JSON.parse(readFileSync(path, 'utf8')) as Truth;
}

/**
 * Checks that a photograph that was enlarged to cover a size has each of its points at the place, and of the depth, that
 * the ray caster says.
 */
export function expectEnlargedPoints(view: RawView, { camera: raw, points }: RenderedFrame): void {
  const { camera, depth } = view;
  expect(camera.camToWorld.every((value, i) => Math.abs(value - (raw.camToWorld[i] as number)) < 1e-5)).toBe(true);
  const scale = camera.focalPx[0] / raw.focalPx[0];
  const { pixels, depths } = projectPoints(camera, Float64Array.from(points.flatMap(([, , ...point]) => point)));
  for (const [i, [column, row, ...point]] of points.entries()) {
    const [u, v] = [pixels[2 * i] as number, pixels[2 * i + 1] as number];
    expect(u).toBeCloseTo((column + 0.5) * scale - 0.5 - (raw.width * scale - camera.width) / 2, 2);
    expect(v).toBeCloseTo((row + 0.5) * scale - 0.5 - (raw.height * scale - camera.height) / 2, 2);
    const z = depth[Math.round(v) * camera.width + Math.round(u)] as number;
    expect(Math.abs(z / (depths[i] as number) - 1)).toBeLessThan(1e-5);
    const found = unprojectPixels(camera, [u, v], [z]);
    expect(Math.hypot(...point.map((value, k) => value - (found[k] as number)))).toBeLessThan(2e-5 * z);
  }
}
