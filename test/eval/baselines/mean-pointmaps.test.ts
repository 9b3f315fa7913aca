import { describe, expect, it } from '@jest/globals';
import { BrokenSampleError } from '#data/pair-dataset.ts';
import { averagePointmaps } from '#eval/baselines/mean-pointmaps.ts';
import type { EvalPair, EvalView } from '#eval/method.ts';
import { rigidTransform } from '#geometry/rigid.ts';
import { roomPair, sourceOf } from '#test/eval/room-pairs.ts';

const size = 4;

/** A wall at a depth, seen by 4×4 pixels of one focal length; the camera may stand aside. */
function wall(depth: number, x = 0, knownRows = 4): EvalView {
  const values = Float32Array.from({ length: 16 }, (_, i) => (Math.floor(i / 4) < knownRows ? depth : 0));
  return {
    name: `wall-${depth}-${x}`,
    image: { width: 4, height: 4, data: new Uint8Array(48) },
    camera: {
      ...{ width: 4, height: 4, focalPx: [100, 100], principalPx: [1.5, 1.5] },
      camToWorld: rigidTransform([1, 0, 0, 0, 1, 0, 0, 0, 1], [x, 0, 0]),
    },
    depth: values,
  };
}

const pairOf = (first: EvalView, second: EvalView): EvalPair => ({ scene: 'walls', views: [first, second] });

/** z of every cell. */
const depths = (points: Float32Array) =>
  Array.from({ length: points.length / 3 }, (_, i) => points[3 * i + 2] as number);

describe('eval/baselines/mean-pointmaps', () => {
  it('is the mean of pairs that are each divided by their mean distance, in both orders', async () => {
    // Walls at 2 and 6: mean distance 4, so 0.5 and 1.5; in the other order 1.5 and 0.5. Scale does not matter.
    const pairs = [pairOf(wall(2), wall(6)), pairOf(wall(20), wall(60))];
    const mean = await averagePointmaps(sourceOf(pairs), { size });
    for (const z of [...depths(mean.view1), ...depths(mean.view2)]) expect(z).toBeCloseTo(1, 3);
    expect(mean).toMatchObject({ size, pairs: 2, source: 'rooms' });
    const uneven = [pairOf(wall(1), wall(1)), pairOf(wall(2), wall(6)), pairOf(wall(2), wall(2))];
    expect(depths((await averagePointmaps(sourceOf(uneven), { size })).view1)[5]).toBeCloseTo(1, 3);
  });

  it('has view 2 in the frame of camera 1', async () => {
    const mean = await averagePointmaps(sourceOf([pairOf(wall(10), wall(10, 4))]), { size });
    // In one order camera 2 stands 4 to the right, in the other 4 to the left.
    expect(Array.from(mean.baseline, Math.abs)).toEqual([1, 0, 0]);
    const middle = mean.view2.slice(3 * 5, 3 * 6);
    expect(middle[0]).toBeCloseTo(mean.view1[3 * 5] as number, 6);
    expect(Math.hypot(...middle)).toBeCloseTo(1 / ((1 + Math.hypot(1, 0.4)) / 2), 2);
  });

  it('leaves out what is not known, and gives such cells the nearest that is', async () => {
    const pairs = [pairOf(wall(3, 0, 2), wall(3, 0, 2)), pairOf(wall(3, 0, 0), wall(3))];
    const mean = await averagePointmaps(sourceOf(pairs), { size });
    expect(mean.pairs).toBe(1);
    expect(mean.view1.slice(3 * 12, 3 * 16)).toEqual(mean.view1.slice(3 * 4, 3 * 8));
    expect(mean.view1.every(Number.isFinite)).toBe(true);
  });

  it('passes over pairs that cannot be read, and tells how far it is', async () => {
    const source = sourceOf([roomPair(), roomPair()]);
    const pair = (index: number) =>
      index === 0 ? Promise.reject(new BrokenSampleError('no such file')) : source.pair(index);
    const told: number[] = [];
    const mean = await averagePointmaps({ ...source, pair }, { onProgress: ({ done }) => told.push(done) });
    expect([mean.pairs, mean.size, told]).toEqual([1, 64, [0, 1]]);
    const faulty = { ...source, pair: () => Promise.reject(new TypeError('a mistake of ours')) };
    await expect(averagePointmaps(faulty)).rejects.toThrow('a mistake of ours');
  });

  it('needs a pair with depth in both views, and stops when it is aborted', async () => {
    const source = sourceOf([pairOf(wall(1, 0, 0), wall(1))]);
    await expect(averagePointmaps(source)).rejects.toThrow(
      'rooms: expected pairs with depth in both views, found none to average',
    );
    await expect(averagePointmaps(source, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
  });
});
