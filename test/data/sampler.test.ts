import { describe, expect, it } from '@jest/globals';
import { randomBatchCount, randomBatches, sampleRandom, sequentialBatches } from '#data/sampler.ts';

describe('data/sampler: randomBatches', () => {
  it("gives the original's batches (epoch 0 of its 22 samples, at 5 resolutions)", () => {
    const batches = randomBatches({ length: 22, batchSize: 4, resolutions: 5, epoch: 0 });
    expect(batches.map(({ indices }) => indices)).toEqual([
      [10, 12, 19, 11],
      [13, 7, 9, 6],
      [1, 5, 17, 3],
      [15, 8, 16, 2],
      [4, 18, 0, 14],
    ]);
    expect(batches.map(({ resolution }) => resolution)).toEqual([3, 3, 2, 3, 2]);
    expect(batches.map(({ position }) => position)).toEqual([0, 4, 8, 12, 16]);
  });

  it('is another order in another epoch and under another seed, and the same when asked again', () => {
    const order = (epoch: number, seed?: number) =>
      randomBatches({ length: 40, batchSize: 4, epoch, ...(seed === undefined ? {} : { seed }) });
    expect(order(1)).toEqual(order(1, 0));
    expect(order(1)).not.toEqual(order(2));
    expect(order(1, 5)).not.toEqual(order(1));
    expect(order(1, 5)).toEqual(order(1, 5));
  });

  it('shares an epoch between ranks without overlap', () => {
    const all = { length: 50, batchSize: 4, resolutions: 3, epoch: 2, worldSize: 3 };
    expect(randomBatchCount(all)).toBe(4);
    const ranks = [0, 1, 2].flatMap((rank) => randomBatches({ ...all, rank }));
    const indices = ranks.flatMap((batch) => batch.indices).sort((a, b) => a - b);
    expect(indices).toEqual(Array.from({ length: 48 }, (_, i) => i));
    expect(ranks.map(({ position }) => position)).toEqual(Array.from({ length: 12 }, (_, i) => 4 * i));
  });
});

describe('data/sampler: sequentialBatches', () => {
  it('goes through the samples once; the last batch has what is left', () => {
    expect(sequentialBatches({ length: 5, batchSize: 2 })).toEqual([
      { position: 0, indices: [0, 1], resolution: 0 },
      { position: 2, indices: [2, 3], resolution: 0 },
      { position: 4, indices: [4], resolution: 0 },
    ]);
  });
});

describe('data/sampler: sampleRandom', () => {
  const place = { datasetSeed: null, index: 3, runSeed: 1, epoch: 2, position: 7 };
  const draw = (change: Partial<Parameters<typeof sampleRandom>[0]>) => sampleRandom({ ...place, ...change }).random();

  it("is numpy's default_rng(seed + index) for a dataset with a seed", () => {
    // default_rng(777).random()
    expect(draw({ datasetSeed: 774 })).toBe(0.6110939299469712);
    expect(draw({ datasetSeed: 774, epoch: 9, position: 0, runSeed: 5 })).toBe(0.6110939299469712);
  });

  it('depends on the run’s seed, the epoch and the position where the dataset has none, and 0 is none', () => {
    const others = [draw({ runSeed: 2 }), draw({ epoch: 3 }), draw({ position: 8 }), draw({})];
    expect(new Set(others).size).toBe(4);
    expect(draw({ index: 4 })).toBe(draw({}));
    expect(draw({ datasetSeed: 0 })).toBe(draw({}));
  });
});
