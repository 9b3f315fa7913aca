import { beforeAll, describe, expect, it } from '@jest/globals';
import { alignScene } from '#align/align-scene.ts';
import type { AlignedScene } from '#align/scene.ts';
import { useBackend } from '#test/support/backend.ts';
import { alignmentError } from './alignment-error.ts';
import { type SyntheticScene, syntheticScene } from './synthetic-pairs.ts';

useBackend();

const quick = { iterations: 200 };

/** 12 views of a room, each paired with its neighbours up to the second. */
function roundTheRoom(seed: number): SyntheticScene {
  const isPair = (first: number, second: number) => Math.abs(first - second) <= 2;
  return syntheticScene({ views: 12, width: 32, height: 24, noise: 0.01, outliers: 0.1, isPair, seed });
}

describe('align/align-scene: a scene of 12 views with noise and a tenth of gross outliers', () => {
  const scene = roundTheRoom(1);
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

describe('align/align-scene: known focal lengths, beside unknown ones', () => {
  it.each([1, 2, 3])('give better centres and rotations that are as good (noise %i)', async (seed) => {
    const { pairs, cameras } = roundTheRoom(seed);
    const known = cameras.map(({ focalPx }) => ({ focalPx }));
    const free = alignmentError((await alignScene(pairs, quick)).views, cameras);
    const fixed = alignmentError((await alignScene(pairs, { ...quick, known })).views, cameras);
    expect(fixed.focal).toBeLessThan(1e-12);
    expect(fixed.centre).toBeLessThan(Math.min(free.centre, 0.0025));
    // What is left of the rotations' errors is the noise of few pixels, which a focal length may happen to take up.
    expect(fixed.rotationDeg).toBeLessThan(1.25 * free.rotationDeg);
  });
});

function moveBy(camToWorld: Float64Array, offset: Float64Array): Float64Array {
  return camToWorld.map((value, i) => (i % 4 === 3 && i < 12 ? value + (offset[(i - 3) / 4] as number) : value));
}
