import { describe, expect, it } from '@jest/globals';
import { freeMemory, planPairs } from '#infer/plan-pairs.ts';

const pixels = 512 * 384;
const GiB = 2 ** 30;

describe('infer/plan-pairs: planPairs', () => {
  it('counts the ordered pairs, each once and none of an image with itself', () => {
    const plan = planPairs(8, 'complete', { pixels, memoryLimit: 64 * GiB });
    expect(plan).toMatchObject({ sceneGraph: 'complete', images: 8, fits: 'memory' });
    expect(plan.pairs).toHaveLength(56);
    expect(planPairs(3, 'swin-3', { pixels }).pairs).toHaveLength(6);
    expect(planPairs(30, 'swin-3', { pixels, prefilter: 'seq2' }).pairs).toHaveLength(2 * (29 + 28));
  });

  it('counts a list of pairs in both orders', () => {
    const plan = planPairs(
      3,
      [
        [0, 1],
        [1, 0],
        [2, 1],
      ],
      { pixels },
    );
    expect([plan.sceneGraph, plan.pairs.length]).toEqual(['a list of pairs', 4]);
  });

  it('has 30 images with swin-3 at 512×384 within 8 GB', () => {
    const plan = planPairs(30, 'swin-3', { pixels, memoryLimit: 8e9 });
    expect([plan.pairs.length, plan.fits]).toEqual([180, 'memory']);
    expect(plan.memoryBytes).toBeGreaterThan(2 * 180 * pixels * 16);
  });

  it('sends the predictions to the disk before it gives up a graph', () => {
    const { memoryBytes, memoryBytesWithDisk, diskBytes } = planPairs(20, 'complete', { pixels });
    expect(diskBytes).toBe(380 * pixels * 16);
    const between = planPairs(20, 'complete', { pixels, memoryLimit: (memoryBytes + memoryBytesWithDisk) / 2 });
    expect([between.fits, between.smaller]).toEqual(['disk', undefined]);
  });

  it('counts what the process holds already', () => {
    const fresh = planPairs(8, 'complete', { pixels, memoryLimit: 2e9 });
    const held = planPairs(8, 'complete', { pixels, memoryLimit: 2e9, heldBytes: 1e9 });
    expect(held.memoryBytes - fresh.memoryBytes).toBe(1e9);
    expect([fresh.fits, held.fits, held.isLimited]).toEqual(['memory', 'disk', true]);
    const free = planPairs(8, 'complete', { pixels, heldBytes: 1e12 });
    expect(free.memoryLimit).toBeGreaterThan(1e12);
    expect([free.fits, free.isLimited]).not.toContain(true);
  });

  it('offers the largest window that fits', () => {
    const plan = planPairs(30, 'complete', { pixels, memoryLimit: 1.5 * GiB });
    expect(plan.fits).toBe('nowhere');
    const wider = planPairs(30, 'swin-11', { pixels, memoryLimit: 1.5 * GiB });
    expect([plan.smaller?.sceneGraph, plan.smaller?.fits, wider.fits]).toEqual(['swin-10', 'disk', 'nowhere']);
  });

  it('offers nothing where nothing fits', () => {
    expect(planPairs(30, 'complete', { pixels, memoryLimit: 1e6 }).smaller).toBeUndefined();
    expect(planPairs(30, 'swin-1-noncyclic', { pixels, memoryLimit: 1e6 })).toMatchObject({ fits: 'nowhere' });
  });

  it('adds up the time of every image and pair, and of the alignment where there are more than two', () => {
    const cost = { encodeSeconds: 2, decodeSeconds: 3 };
    expect(planPairs(8, 'complete', { pixels, cost }).seconds?.network).toBe(8 * 2 + 56 * 3);
    expect(planPairs(2, 'complete', { pixels, cost }).seconds).toEqual({ network: 10, alignment: 0 });
    const [long, short] = [300, 100].map((iterations) => planPairs(8, 'complete', { pixels, cost, iterations }));
    expect(long?.seconds?.alignment).toBeGreaterThan(short?.seconds?.alignment as number);
    expect(planPairs(8, 'complete', { pixels }).seconds).toBeUndefined();
  });
});

describe('infer/plan-pairs: freeMemory', () => {
  it('is some of what the machine has', () => {
    expect(freeMemory()).toBeGreaterThan(1e6);
    expect(freeMemory()).toBeLessThan(1e15);
  });
});
