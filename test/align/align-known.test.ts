import { describe, expect, it } from '@jest/globals';
import { alignScene } from '#align/align-scene.ts';
import type { KnownView } from '#align/options.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose } from '#test/support/expect-close.ts';
import { alignmentError } from './alignment-error.ts';
import { syntheticScene } from './synthetic-pairs.ts';

useBackend();

const room = syntheticScene({ views: 4, width: 32, height: 24, noise: 0.01 });
const isNear = (i: number, j: number) => Math.abs(i - j) <= 3;
const noisy = syntheticScene({ views: 12, width: 32, height: 24, noise: 0.05, outliers: 0.1, isPair: isNear });
const quick = { iterations: 150 };

describe('align/align-scene, known cameras: what is known', () => {
  it.each([1, 2])('keeps %i known poses and puts the others beside them', async (count) => {
    const known = room.cameras.map(({ camToWorld }, i): KnownView => (i < count ? { camToWorld } : {}));
    const { views } = await alignScene(room.pairs, { ...quick, known });
    for (let i = 0; i < count; i++) {
      const wanted = room.cameras[i]?.camToWorld as Float64Array;
      expect(views[i]?.camera.camToWorld).toEqual(wanted);
    }
    const error = alignmentError(views, room.cameras, count > 1);
    expect(error.rotationDeg).toBeLessThan(1);
    expect(error.centre).toBeLessThan(0.02);
  });

  it.each([1, 2, 3])(
    'turns a first guess from noisy points as the few known cameras, %i of 12, are turned',
    async (count) => {
      const isKnown = (i: number) => i >= 5 && i < 5 + count;
      const known = noisy.cameras.map(({ camToWorld }, i): KnownView => (isKnown(i) ? { camToWorld } : {}));
      const { views } = await alignScene(noisy.pairs, { known, iterations: 0 });
      expect(alignmentError(views, noisy.cameras, count > 1).rotationDeg).toBeLessThan(6);
    },
  );

  it('finds ten cameras from two known ones of twelve, next to each other', async () => {
    const known = noisy.cameras.map(({ camToWorld }, i): KnownView => (i === 5 || i === 6 ? { camToWorld } : {}));
    const error = alignmentError((await alignScene(noisy.pairs, { known })).views, noisy.cameras, true);
    expect(error.rotationDeg).toBeLessThan(1.5);
    expect(error.centre).toBeLessThan(0.03);
  });

  it('keeps some focal lengths and principal points, both axes of them, and finds the others', async () => {
    const known: KnownView[] = [{ focalPx: [35.2, 35.3] }, {}, { principalPx: [15.5, 12.25] }];
    const { views } = await alignScene(room.pairs, { ...quick, known });
    expect(views[0]?.camera.focalPx[0]).toBeCloseTo(35.2, 9);
    expect(views[0]?.camera.focalPx[1]).toBeCloseTo(35.3, 9);
    expect(views[2]?.camera.principalPx).toEqual([15.5, 12.25]);
    expect(views[1]?.camera.principalPx).toEqual([16, 12]);
    expect(alignmentError(views, room.cameras).focal).toBeLessThan(0.02);
  });

  it('adds a view to finished ones, whose cameras and depths stay', async () => {
    const known = room.cameras.map(
      ({ camToWorld, focalPx }, i): KnownView =>
        i < 3 ? { camToWorld, focalPx, depth: room.depths[i] as Float32Array } : {},
    );
    const { views } = await alignScene(room.pairs, { ...quick, known });
    for (let i = 0; i < 3; i++) {
      expectClose(views[i]?.depth ?? [], [...(room.depths[i] as Float32Array)]);
    }
    expect(alignmentError(views, room.cameras, true).centre).toBeLessThan(0.01);
  });

  it('gives images that share a focal length the same', async () => {
    const { views } = await alignScene(room.pairs, { ...quick, sharedFocal: [0, 1, 0, 1] });
    const focals = views.map(({ camera }) => camera.focalPx[0]);
    expect(focals[0]).toBe(focals[2]);
    expect(focals[1]).toBe(focals[3]);
    expect(focals[0]).not.toBe(focals[1]);
  });

  it('finds principal points that are off the centre when asked to', async () => {
    const off = syntheticScene({ views: 4, width: 32, height: 24, principalPx: [17.5, 11] });
    const { views } = await alignScene(off.pairs, { iterations: 500, optimizePrincipalPoints: true });
    for (const { camera } of views) {
      expect(Math.abs(camera.principalPx[0] - 17.5)).toBeLessThan(0.5);
      expect(Math.abs(camera.principalPx[1] - 11)).toBeLessThan(0.5);
    }
  });

  it('leaves frozen parts at the first guess', async () => {
    const guess = await alignScene(room.pairs, { iterations: 0 });
    const frozen = await alignScene(room.pairs, { ...quick, frozen: ['focals', 'poses'] });
    expect(frozen.views.map(({ camera }) => camera)).toEqual(guess.views.map(({ camera }) => camera));
    expect(frozen.loss).toBeLessThan(guess.loss);
  });
});
