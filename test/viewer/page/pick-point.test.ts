import { describe, expect, it } from '@jest/globals';
import { PerspectiveCamera } from 'three';
import { pickPoint } from '#viewer/page/pick-point.ts';
import { loadMaps } from '../loaded-scene.ts';
import { sceneOf, viewOf } from '../small-scene.ts';

/** The eye is at the origin and looks along +z with y down, as the views do; the middle of the 200 × 200 viewport is (100, 100). */
const eye = new PerspectiveCamera(90, 1, 0.1, 100);
eye.up.set(0, -1, 0);
eye.lookAt(0, 0, 1);
eye.updateMatrixWorld();
const target = {
  toClip: eye.projectionMatrix.clone().multiply(eye.matrixWorldInverse),
  viewportPx: [200, 200],
  cursorPx: [100, 100],
  radiusPx: 4,
  minLevel: 0,
} as const;

/** 21 × 21 pixels of focal length 21: in the viewport, of focal length 100, they are 4.76 pixels apart. */
const wall = (depth: number, isWall: (x: number, y: number) => boolean = () => true) =>
  viewOf({ name: 'wall', size: 21, depth: (x, y) => (isWall(x, y) ? depth : Number.NaN), confidence: (x) => 1 + x });

describe('viewer/page/pick-point', () => {
  it('picks the point under the cursor', async () => {
    const picked = pickPoint(await loadMaps(sceneOf(wall(5))), { ...target, cursorPx: [100 + 2 * 4.76, 100] });
    expect(picked?.toArray().map((value) => Number(value.toFixed(3)))).toEqual([0.476, 0, 5]);
  });

  it('picks the nearer of two surfaces', async () => {
    const maps = await loadMaps(
      sceneOf(
        wall(8),
        wall(5, (x) => x > 8),
      ),
    );
    expect(pickPoint(maps, target)?.z).toBeCloseTo(5, 3);
    expect(pickPoint(maps, { ...target, cursorPx: [60, 100] })?.z).toBeCloseTo(8, 2);
  });

  it('ignores what is behind the eye, away from the cursor or below the confidence threshold', async () => {
    const behind = { ...target, toClip: target.toClip.clone().makeTranslation(0, 0, -9).premultiply(target.toClip) };
    const maps = await loadMaps(sceneOf(wall(5)));
    expect(pickPoint(maps, behind)).toBeUndefined();
    expect(pickPoint(maps, { ...target, cursorPx: [5, 5] })).toBeUndefined();
    expect(pickPoint(maps, { ...target, minLevel: 254 })).toBeUndefined();
  });
});
