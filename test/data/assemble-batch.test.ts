import { describe, expect, it } from '@jest/globals';
import { assembleBatch } from '#data/assemble-batch.ts';
import type { View } from '#data/view.ts';
import type { Matrix4 } from '#geometry/camera.ts';
import { composeTransforms, rigidTransform } from '#geometry/rigid.ts';

const ahead = rigidTransform([1, 0, 0, 0, 1, 0, 0, 0, 1], [10, 0, 0]);
/** Looks back along −z from (10, 0, 8). */
const back = rigidTransform([-1, 0, 0, 0, 1, 0, 0, 0, -1], [10, 0, 8]);

/** Two pixels, of which the second is not valid. */
function view(instance: string, camToWorld: Matrix4, point: readonly number[], size = { width: 2, height: 1 }): View {
  const pixels = size.width * size.height;
  const pointsInCamera = new Float32Array(pixels * 3);
  pointsInCamera.set(point);
  return {
    image: new Float32Array(pixels * 3).fill(0.5),
    pointsInCamera,
    valid: Uint8Array.from({ length: pixels }, (_, i) => (i === 0 ? 1 : 0)),
    ...size,
    trueShape: [size.height, size.width],
    camera: { ...size, focalPx: [1, 1], principalPx: [0, 0], camToWorld },
    ...{ dataset: 'set', label: 'scene', instance },
  };
}

describe('data/assemble-batch: assembleBatch', () => {
  const batch = assembleBatch([
    [view('a', ahead, [0, 0, 3]), view('b', back, [1, 2, 4])],
    [view('c', ahead, [0, 1, 1]), view('d', ahead, [5, 6, 7])],
  ]);

  it('lays the two views of a pair in neighbouring rows', () => {
    expect(batch).toMatchObject({ pairs: 2, width: 2, height: 1 });
    expect(batch.names).toEqual(['a', 'b', 'c', 'd'].map((instance) => `set/scene/${instance}`));
    expect(batch.trueShapes).toEqual(new Array(4).fill([1, 2]));
    expect(batch.images).toHaveLength(4 * 6);
    expect([...batch.valid]).toEqual([1, 0, 1, 0, 1, 0, 1, 0]);
    expect([...batch.points1.slice(0, 12)]).toEqual([0, 0, 3, 0, 0, 0, 1, 2, 4, 0, 0, 0]);
  });

  it("gives the partner's points in the row's own camera, and 0 where not valid", () => {
    // b's point lies at (10 − 1, 2, 8 − 4) in the world; a stands at (10, 0, 0).
    expect([...batch.points2.slice(0, 6)]).toEqual([-1, 2, 4, 0, 0, 0]);
    // a's point lies at (10, 0, 3); b stands at (10, 0, 8) and looks back.
    expect([...batch.points2.slice(6, 12)]).toEqual([0, 0, 5, 0, 0, 0]);
    expect([...batch.points2.slice(12, 15)]).toEqual([5, 6, 7]);
  });

  it('keeps its precision far from the origin', () => {
    const far = rigidTransform([1, 0, 0, 0, 1, 0, 0, 0, 1], [1e7, 0, 0]);
    const beside = rigidTransform([1, 0, 0, 0, 1, 0, 0, 0, 1], [1e7 + 0.125, 0, 0]);
    const { points2 } = assembleBatch([[view('a', far, [0, 0, 1]), view('b', beside, [0.0625, 0, 1])]]);
    expect(points2[0]).toBeCloseTo(0.1875, 6);
  });

  it('does not depend on the world that the poses are given in', () => {
    const world = rigidTransform([0, 0, 1, 1, 0, 0, 0, 1, 0], [3, -4, 5]);
    const moved = (camToWorld: Matrix4) => composeTransforms(world, camToWorld);
    const there = assembleBatch([[view('a', moved(ahead), [0, 0, 3]), view('b', moved(back), [1, 2, 4])]]);
    there.points2.forEach((value, i) => {
      expect(value).toBeCloseTo(batch.points2[i] as number, 5);
    });
  });

  it('refuses no pairs, and views of several sizes', () => {
    expect(() => assembleBatch([])).toThrow('expected at least one pair, got none');
    const wide = view('b', ahead, [0, 0, 1], { width: 3, height: 1 });
    expect(() => assembleBatch([[view('a', ahead, [0, 0, 1]), wide]])).toThrow(
      'must have one size, got 2 × 1 and 3 × 1',
    );
  });
});
