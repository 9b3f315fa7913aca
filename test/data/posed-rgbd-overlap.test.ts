import { describe, expect, it } from '@jest/globals';
import { balanceOverlaps, evenly } from '#data/posed-rgbd-balance.ts';
import { candidatePairs } from '#data/posed-rgbd-candidates.ts';
import { measureOverlap } from '#data/posed-rgbd-overlap.ts';
import type { DepthThumbnail } from '#data/posed-rgbd-thumbnail.ts';
import type { Camera } from '#geometry/camera.ts';
import { renderRoom, roomCamera, roomWalk } from '#test/data/room.ts';

/** At full size, which here is small; every pixel is a point. */
function thumbnail(
  camera: Camera,
  change: (depth: number, pixel: number) => number = (depth) => depth,
): DepthThumbnail {
  const { width, focalPx, principalPx } = camera;
  const depth = renderRoom(camera).depth.values.map(change);
  const points = Array.from(depth).flatMap((z, i) => {
    const [x, y] = [((i % width) - principalPx[0]) / focalPx[0], (Math.floor(i / width) - principalPx[1]) / focalPx[1]];
    return z > 0 ? [x * z, y * z, z] : [];
  });
  return { camera, depth, points: Float32Array.from(points), imageSize: camera, depthSize: camera };
}

describe('data/posed-rgbd-overlap', () => {
  it('is what moves out of sight before a flat wall', () => {
    // 2 m before the wall, 20 of 64 columns to the side: 20 px · 2 m / 40 px.
    const [a, b] = [roomCamera([-0.2, 0, 1]), roomCamera([0.8, 0, 1])].map((camera) =>
      thumbnail(camera, (z) => (z > 1.999 ? z : 0)),
    );
    const columns = (view: DepthThumbnail | undefined) =>
      new Set(Array.from(view?.depth ?? [], (z, i) => (z > 0 ? i % 64 : -1)));
    const shared = [...columns(a)].filter((x) => x >= 20).length / (columns(a).size - 1);
    expect(measureOverlap(a as DepthThumbnail, b as DepthThumbnail)).toBeCloseTo(shared, 1);
    expect(measureOverlap(a as DepthThumbnail, a as DepthThumbnail)).toBe(1);
  });

  it('is the same in both orders and 0 for views that look away from each other', () => {
    const [a, b, away] = [roomCamera([0, 0, 0]), roomCamera([0.5, 0.1, 0], 25), roomCamera([0, 0, 0], 180)].map(
      (camera) => thumbnail(camera),
    );
    const overlap = measureOverlap(a as DepthThumbnail, b as DepthThumbnail);
    expect(overlap).toBeGreaterThan(0.3);
    expect(overlap).toBeLessThan(0.9);
    expect(measureOverlap(b as DepthThumbnail, a as DepthThumbnail)).toBe(overlap);
    expect(measureOverlap(a as DepthThumbnail, away as DepthThumbnail)).toBe(0);
  });

  it('does not fall where the sensor left holes, but does where surfaces differ', () => {
    const cameras = [roomCamera([0, 0, 0]), roomCamera([0.5, 0.1, 0], 25)] as const;
    const whole = measureOverlap(thumbnail(cameras[0]), thumbnail(cameras[1]));
    const holes = thumbnail(cameras[1], (z, i) => ((i * 7919) % 100 < 40 ? 0 : z));
    expect(Math.abs(measureOverlap(thumbnail(cameras[0]), holes) - whole)).toBeLessThan(0.05);
    expect(
      measureOverlap(
        thumbnail(cameras[0]),
        thumbnail(cameras[1], (z) => 1.2 * z),
      ),
    ).toBeLessThan(0.2);
  });
});

describe('data/posed-rgbd-candidates', () => {
  const collect = async (thumbnails: (DepthThumbnail | undefined)[]) => {
    const pairs: string[] = [];
    for await (const [i, j] of candidatePairs(thumbnails)) pairs.push(`${i}-${j}`);
    return pairs;
  };

  it('misses no pair that overlaps by a fifth, and spares those that cannot', async () => {
    const thumbnails = roomWalk(24, 300).map((camera) => thumbnail(camera));
    const candidates = new Set(await collect(thumbnails));
    const overlapping = thumbnails.flatMap((a, i) =>
      thumbnails.slice(i + 1).flatMap((b, k) => (measureOverlap(a, b) >= 0.2 ? [`${i}-${i + 1 + k}`] : [])),
    );
    expect(overlapping.length).toBeGreaterThan(30);
    expect(overlapping.filter((pair) => !candidates.has(pair))).toEqual([]);
    expect(candidates.size).toBeLessThan((24 * 23) / 2);
  });

  it('leaves out frames without depth', async () => {
    const [a, b] = roomWalk(2, 10).map((camera) => thumbnail(camera));
    expect(await collect([a, undefined, b])).toEqual(['0-2']);
  });

  it('grows with the number of frames, not of pairs', async () => {
    const one = thumbnail(roomCamera([0, 0, 0]));
    const pairs = await collect(Array.from({ length: 800 }, () => one));
    expect(pairs.length).toBeLessThanOrEqual(100_000);
    expect(pairs.length).toBeGreaterThan(5000);
  });

  it('ends when it is told to', async () => {
    const all = candidatePairs([thumbnail(roomCamera([0, 0, 0]))], { signal: AbortSignal.abort() });
    await expect(all.next()).rejects.toThrow(/abort/i);
  });
});

describe('data/posed-rgbd-balance', () => {
  const items = Array.from({ length: 1000 }, (_, i) => ({ i, overlap: (i / 1000) ** 3 }));

  it('keeps the range, and all of it where that is few', () => {
    expect(balanceOverlaps(items, [0.5, 1], 1000)).toEqual(items.slice(794));
  });

  it('takes as many of every tenth of the range as there are, in their order', () => {
    const chosen = balanceOverlaps(items, [0, 1], 100);
    const counts = Array.from(
      { length: 10 },
      (_, bin) => chosen.filter(({ overlap }) => Math.floor(10 * overlap) === bin).length,
    );
    expect(counts).toEqual(new Array(10).fill(10));
    expect(chosen).toEqual([...chosen].sort((a, b) => a.i - b.i));
  });

  it('fills up from large bins what small ones lack', () => {
    const uneven = items.map((item) => ({ ...item, overlap: item.i < 990 ? 0.05 : 0.95 }));
    expect(balanceOverlaps(uneven, [0, 1], 100)).toHaveLength(100);
    expect(balanceOverlaps(uneven, [0, 1], 100).filter(({ overlap }) => overlap > 0.9)).toHaveLength(10);
  });

  it('picks at even distances', () => {
    expect(evenly([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 3)).toEqual([1, 5, 8]);
  });
});
