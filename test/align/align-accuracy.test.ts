import { beforeAll, describe, expect, it } from '@jest/globals';
import { alignScene } from '#align/align-scene.ts';
import type { AlignedScene } from '#align/scene.ts';
import { useBackend } from '#test/support/backend.ts';
import { alignmentError } from './alignment-error.ts';
import { syntheticScene } from './synthetic-pairs.ts';

useBackend();

const quick = { iterations: 200 };

describe('align/align-scene: a scene of 12 views with noise and a tenth of gross outliers', () => {
  const isPair = (first: number, second: number) => Math.abs(first - second) <= 2;
  const scene = syntheticScene({ views: 12, width: 32, height: 24, noise: 0.01, outliers: 0.1, isPair });
  let free: AlignedScene;
  beforeAll(async () => {
    free = await alignScene(scene.pairs, quick);
  });

  it('has its cameras within half a degree, a hundredth of its size and a hundredth of the focal length', async () => {
    const error = alignmentError(free.views, scene.cameras);
    expect(error.rotationDeg).toBeLessThan(0.5);
    expect(error.centre).toBeLessThan(0.01);
    expect(error.focal).toBeLessThan(0.01);
  });

  it('has them no worse when the focal lengths are known', async () => {
    const known = scene.cameras.map(({ focalPx }) => ({ focalPx }));
    const [error, without] = [(await alignScene(scene.pairs, { ...quick, known })).views, free.views].map((views) =>
      alignmentError(views, scene.cameras),
    ) as [ReturnType<typeof alignmentError>, ReturnType<typeof alignmentError>];
    expect(error.focal).toBeLessThan(1e-12);
    expect(error.rotationDeg).toBeLessThan(1.1 * without.rotationDeg);
    expect(error.centre).toBeLessThan(1.1 * without.centre);
  });

  it('has focal lengths as good when the poses are known, which stay as they are at their own scale', async () => {
    const far = Float64Array.of(4e5, 5e6, 300);
    const known = scene.cameras.map(({ camToWorld }) => ({ camToWorld: moveBy(camToWorld, far) }));
    const { views } = await alignScene(scene.pairs, { ...quick, known });
    expect(views.map(({ camera }) => camera.camToWorld)).toEqual(known.map(({ camToWorld }) => camToWorld));
    expect(alignmentError(views, scene.cameras).focal).toBeLessThan(0.01);
    for (const [i, { depth }] of views.entries()) {
      const ratios = depth.map((z, p) => z / (scene.depths[i]?.[p] as number)).sort();
      expect(Math.abs((ratios[ratios.length >> 1] as number) - 1)).toBeLessThan(0.01);
    }
  });
});

function moveBy(camToWorld: Float64Array, offset: Float64Array): Float64Array {
  return camToWorld.map((value, i) => (i % 4 === 3 && i < 12 ? value + (offset[(i - 3) / 4] as number) : value));
}
