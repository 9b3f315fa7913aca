import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Camera } from '#geometry/camera.ts';
import { toOriginalCamera } from '#geometry/camera.ts';
import { multiply3, rotationOf, translationOf, transpose3 } from '#geometry/rigid.ts';
import { fitImage } from '#image/fit.ts';
import { alignPhotographs } from '#reconstruct/align-photographs.ts';
import type { Photograph } from '#reconstruct/photographs.ts';
import type { ReconstructedView, Reconstruction } from '#reconstruct/reconstruction.ts';
import { type SyntheticScene, syntheticScene } from '#test/align/synthetic-pairs.ts';
import { useBackend } from '#test/support/backend.ts';

useBackend();

/** Twice as large as what the network sees of it. */
const photograph = (name: string): Photograph => ({
  name,
  path: `photos/${name}`,
  ...fitImage({ width: 96, height: 64, data: new Uint8Array(3 * 96 * 64) }, { size: 48 }),
});
const photographs = ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'].map(photograph);
/** Fewer iterations than usual are enough for a small scene. */
const alignment = { iterations: 100 };
let truth: SyntheticScene;
let scene: Reconstruction;
beforeAll(async () => {
  truth = syntheticScene({ views: 4, width: 48, height: 32, noise: 0.002 });
  scene = await alignPhotographs(photographs, truth.pairs, { alignment });
});

/** Degrees between the turns from camera i to camera j. */
function turnError(views: readonly Camera[], [i, j]: readonly [number, number]): number {
  const between = (cameras: readonly Camera[]) => {
    const [a, b] = [i, j].map((at) => rotationOf((cameras[at] as Camera).camToWorld)) as [Float64Array, Float64Array];
    return multiply3(transpose3(a), b);
  };
  const rest = multiply3(transpose3(between(views)), between(truth.cameras));
  const cosine = ((rest[0] as number) + (rest[4] as number) + (rest[8] as number) - 1) / 2;
  return (Math.acos(Math.min(1, cosine)) * 180) / Math.PI;
}

const camerasOf = ({ views }: Reconstruction) => views.map(({ camera }) => camera);

describe('reconstruct/align-photographs: alignPhotographs', () => {
  it('gives every photograph a camera, in its own pixels too, and its maps', () => {
    expect(scene).toMatchObject({ poseFound: true, minConfidence: 3 });
    for (const [i, { name, photographPath, camera, originalCamera, points }] of scene.views.entries()) {
      expect([name, photographPath]).toEqual([photographs[i]?.name, `photos/${name}`]);
      expect(Math.abs(camera.focalPx[0] / 52.8 - 1)).toBeLessThan(0.01);
      expect(originalCamera).toMatchObject({ width: 96, height: 64, camToWorld: camera.camToWorld });
      expect(originalCamera.focalPx[0]).toBeCloseTo(2 * camera.focalPx[0], 5);
      expect(points).toHaveLength(3 * 48 * 32);
    }
    for (const j of [1, 2, 3]) expect(turnError(camerasOf(scene), [0, j])).toBeLessThan(0.5);
  });

  it('says of every pair how well the scene explains it', () => {
    expect(scene.pairs).toHaveLength(12);
    expect(scene.pairs?.[0]).toMatchObject({ first: 0, second: 1 });
    for (const { relativeResidual } of scene.pairs ?? []) expect(relativeResidual).toBeLessThan(0.02);
    expect(scene.loss).toBeGreaterThan(0);
  });

  it('keeps cameras that are known', async () => {
    const known = truth.cameras.map(({ camToWorld, focalPx, principalPx }) => ({ camToWorld, focalPx, principalPx }));
    const { views } = await alignPhotographs(photographs, truth.pairs, { alignment, known });
    for (const [i, { camera, depth }] of views.entries()) {
      for (const [k, value] of (truth.cameras[i] as Camera).camToWorld.entries())
        expect(camera.camToWorld[k]).toBeCloseTo(value, 6);
      expect(camera.focalPx[0]).toBeCloseTo(52.8, 6);
      const expected = truth.depths[i] as Float32Array;
      expect(depth.filter((z, pixel) => Math.abs(z / (expected[pixel] as number) - 1) > 0.05).length).toBeLessThan(30);
    }
  });

  it('gives known focal lengths back as they are, in pixels of the photograph, where both axes are nearly the same', async () => {
    const known = photographs.map((_, i) => (i < 2 ? { focalPx: [52.8, 52.93] as const } : undefined));
    const { views } = await alignPhotographs(photographs, truth.pairs, { alignment, known });
    const [given, found] = [views[1], views[2]].map(
      (view) => view?.originalCamera.focalPx as readonly [number, number],
    );
    expect(given?.[0]).toBeCloseTo(2 * 52.8, 8);
    expect(given?.[1]).toBeCloseTo(2 * 52.93, 8);
    expect(found?.[0]).toBe(found?.[1]);
  });

  it('takes focal lengths of both axes where they differ', async () => {
    const known = photographs.map((_, i) => (i === 0 ? { focalPx: [52.8, 60] as const } : undefined));
    const { views } = await alignPhotographs(photographs, truth.pairs, { alignment, known });
    const [x, y] = (views[0] as ReconstructedView).camera.focalPx;
    expect([x, y].map((value) => Math.round(10 * value))).toEqual([528, 600]);
  });

  it('gives masked pixels no confidence', async () => {
    const mask = Uint8Array.from({ length: 48 * 32 }, (_, i) => Number(i % 48 < 24));
    const masks = photographs.map((_, i) => (i === 1 ? mask : undefined));
    const { views } = await alignPhotographs(photographs, truth.pairs, { alignment, masks });
    const { confidence } = views[1] as ReconstructedView;
    expect(confidence.every((value, i) => mask[i] === 1 || value === 0)).toBe(true);
    expect(views[0]?.confidence.every((value) => value > 0)).toBe(true);
  });
});

describe('reconstruct/align-photographs: alignPhotographs, onto a finished scene', () => {
  it('leaves its views as they are and places the new one among them', async () => {
    const finished = { ...scene, views: scene.views.slice(0, 3), pairs: (scene.pairs ?? []).slice(0, 2) };
    const known = finished.views.map(({ camera: { camToWorld, focalPx, principalPx } }) => ({
      camToWorld,
      focalPx,
      principalPx,
    }));
    const pairs = truth.pairs.filter(({ first, second }) => Math.max(first, second) === 3);
    const added = await alignPhotographs(photographs, pairs, { alignment, finished, known });
    expect(added.views.slice(0, 3)).toEqual(finished.views);
    expect(added.views[2]).toBe(finished.views[2]);
    expect([added.reference, added.pairs?.length]).toEqual([scene.reference, 2 + 6]);
    for (const j of [0, 1, 2]) expect(turnError(camerasOf(added), [3, j])).toBeLessThan(0.7);
    const [there, before] = [added, scene].map(({ views }) =>
      translationOf((views[3] as ReconstructedView).camera.camToWorld),
    );
    const size = Math.hypot(...translationOf((scene.views[2] as ReconstructedView).camera.camToWorld));
    const distance = Math.hypot(...(there as Float64Array).map((value, k) => value - (before?.[k] as number)));
    expect(distance / size).toBeLessThan(0.03);
  });
});

describe('reconstruct/align-photographs: alignPhotographs, of two photographs', () => {
  const two = photographs.slice(0, 2);
  const both = () => truth.pairs.filter(({ first, second }) => Math.max(first, second) === 1);

  it('is the closed form where nothing is known', async () => {
    const { pairs, poseFound, views } = await alignPhotographs(two, both(), {});
    expect([pairs, poseFound]).toEqual([undefined, true]);
    expect(
      turnError(
        views.map(({ camera }) => camera),
        [0, 1],
      ),
    ).toBeLessThan(1);
    const { camera, originalCamera } = views[1] as ReconstructedView;
    const { mapping, original } = two[1] as Photograph;
    expect(originalCamera).toEqual(toOriginalCamera(camera, mapping, original));
  });

  it('is the global alignment where something is', async () => {
    const known = [{ focalPx: [52.8, 52.8] as const }, undefined];
    const { pairs, views } = await alignPhotographs(two, both(), { alignment, known });
    expect(pairs).toHaveLength(2);
    expect(views[0]?.camera.focalPx[0]).toBeCloseTo(52.8, 6);
  });
});
