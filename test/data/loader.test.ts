import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createLoader, type Loader, type LoaderOptions } from '#data/loader.ts';
import type { PairBatch } from '#data/pair-batch.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { breakFrame, writePlaneFolder } from './plane-folder.ts';

const temporary = useTemporaryFolder();
const modules = [fileURLToPath(new URL('./example-dataset.ts', import.meta.url))];
const faulty = [fileURLToPath(new URL('./faulty-dataset.ts', import.meta.url))];
const sound = () => temporary('sound');
const damaged = () => temporary('damaged');

beforeAll(async () => {
  await writePlaneFolder(sound(), 10);
  await writePlaneFolder(damaged(), 10);
  breakFrame(damaged(), 4);
});

const mixed = () =>
  `12 @ Plane('${sound()}', frames=10, resolution=[(48, 32), (32, 32)], transform=ColorJitter, aug_crop=8)`;

/** Opens a loader, hands it over and closes it. */
async function withLoader<Result>(
  expression: string,
  options: Partial<LoaderOptions>,
  use: (loader: Loader) => Promise<Result>,
): Promise<Result> {
  const loader = await createLoader(expression, { batchSize: 2, modules, ...options });
  try {
    return await use(loader);
  } finally {
    await loader.close();
  }
}

async function collect(batches: AsyncIterable<PairBatch>): Promise<PairBatch[]> {
  const collected: PairBatch[] = [];
  for await (const batch of batches) collected.push(batch);
  return collected;
}

function digest({ images, points1, points2, valid, names, trueShapes }: PairBatch): string {
  const hash = createHash('sha256');
  for (const values of [images, points1, points2, valid]) hash.update(values);
  return hash.update(JSON.stringify([names, trueShapes])).digest('hex');
}

const digestsOf = (expression: string, options: Partial<LoaderOptions>, epoch: number, from = 0) =>
  withLoader(expression, options, async (loader) => (await collect(loader.epoch(epoch, { from }))).map(digest));

describe('data/loader: createLoader', () => {
  it('gives the same batches in the same order for 0, 1 and 3 workers', async () => {
    const inline = await digestsOf(mixed(), { workers: 0 }, 2);
    expect(inline).toHaveLength(6);
    expect(await digestsOf(mixed(), { workers: 1 }, 2)).toEqual(inline);
    expect(await digestsOf(mixed(), { workers: 3 }, 2)).toEqual(inline);
  });

  it('gives other batches in another epoch and with another seed', async () => {
    const first = await digestsOf(mixed(), { seed: 1 }, 0);
    expect(await digestsOf(mixed(), { seed: 1 }, 1)).not.toEqual(first);
    expect(await digestsOf(mixed(), { seed: 2 }, 0)).not.toEqual(first);
    expect(await digestsOf(mixed(), { seed: 1 }, 0)).toEqual(first);
  });

  it('starts in the middle of an epoch with what the whole epoch has there', async () => {
    const whole = await digestsOf(mixed(), {}, 3);
    expect(await digestsOf(mixed(), {}, 3, 4)).toEqual(whole.slice(4));
    expect(await digestsOf(mixed(), { workers: 1 }, 3, 4)).toEqual(whole.slice(4));
  });

  it('gives every batch one resolution, and over the epoch all of them', async () => {
    await withLoader(mixed(), {}, async (loader) => {
      const sizes = (await collect(loader.epoch(0))).map(({ width, height }) => `${width}×${height}`);
      expect([...new Set(sizes)].sort()).toEqual(['32×32', '48×32']);
      expect(loader.batchesPerEpoch).toBe(6);
      expect(loader.name).toBe('12 @ Plane');
      expect(loader.waitedMs).toBeGreaterThan(0);
    });
  });

  it('gives a test set once, in order, the same at every epoch, with a smaller last batch', async () => {
    const expression = `Plane('${sound()}', frames=10, resolution=32, seed=777)`;
    await withLoader(expression, { isTest: true, batchSize: 4 }, async (loader) => {
      const batches = await collect(loader.epoch(0));
      expect(batches.map(({ pairs }) => pairs)).toEqual([4, 4, 1]);
      const firsts = batches.flatMap(({ names }) => names.filter((_, row) => row % 2 === 0));
      expect(firsts.map((name) => /(\d+)\.png$/.exec(name)?.[1])).toEqual([...'012345678']);
      expect((await collect(loader.epoch(5))).map(digest)).toEqual(batches.map(digest));
    });
  });

  it('draws a sample of a dataset with a seed alike, whatever the run and the position', async () => {
    const ofFrame3 = async (expression: string, seed: number) =>
      withLoader(expression, { seed, batchSize: 1 }, async (loader) => {
        const batches = await collect(loader.epoch(seed));
        return batches.filter(({ names }) => names[0]?.endsWith('/3.png')).map(digest);
      });
    const seeded = `Plane('${sound()}', frames=10, resolution=32, seed=5, aug_crop=16)`;
    expect(await ofFrame3(seeded, 1)).toEqual(await ofFrame3(seeded, 2));
    const free = seeded.replace('seed=5', 'seed=0');
    expect(await ofFrame3(free, 1)).not.toEqual(await ofFrame3(free, 2));
  });

  it('shares an epoch between the ranks of a run', async () => {
    const ranks = await Promise.all([0, 1].map((rank) => digestsOf(mixed(), { worldSize: 2, rank }, 1)));
    expect(ranks.flat()).toEqual(await digestsOf(mixed(), {}, 1));
  });
});

describe('data/loader: broken samples', () => {
  const expression = () => `Plane('${damaged()}', frames=10, resolution=32, seed=1)`;

  it('are replaced by the next pair, alike for any number of workers, and reported once', async () => {
    const inline = await digestsOf(expression(), { isTest: true }, 0);
    const reported: string[] = [];
    const options = { isTest: true, workers: 2, onBroken: ({ reason }: { reason: string }) => reported.push(reason) };
    await withLoader(expression(), options, async (loader) => {
      expect((await collect(loader.epoch(0))).map(digest)).toEqual(inline);
      await collect(loader.epoch(1));
      expect(loader.broken.map(({ place }) => place.index)).toContain(4);
      expect(loader.broken.map(({ reason }) => reason)).toEqual(reported);
      for (const reason of reported) expect(reason).toMatch(/4\.png: not an image of a supported type/);
    });
  });

  it('are an error past the limit', async () => {
    await withLoader(expression(), { isTest: true, maxBroken: 0 }, async (loader) => {
      await expect(collect(loader.epoch(0))).rejects.toThrow(
        /samples cannot be used for 1 reasons, more than the limit of 0; the last: .*4\.png/,
      );
    });
  });

  it('count once for one broken file, however many pairs it is in', async () => {
    await withLoader(expression(), { isTest: true, maxBroken: 1 }, async (loader) => {
      await collect(loader.epoch(0));
      await collect(loader.epoch(1));
      expect(loader.broken.length).toBeGreaterThan(1);
    });
  });

  it('are an error when no pair nearby can be used', async () => {
    await writePlaneFolder(temporary('ruined'), 3);
    for (const frame of [0, 1, 2]) breakFrame(temporary('ruined'), frame);
    await withLoader(`Plane('${temporary('ruined')}', frames=3, resolution=32)`, { batchSize: 1 }, async (loader) => {
      await expect(collect(loader.epoch(0))).rejects.toThrow(/Plane: 2 pairs in a row cannot be used/);
    });
  });
});

describe('data/loader: what can go wrong', () => {
  const aborting = `Plane('x', frames=10, resolution=32)`;

  it('refuses wrong counts, too small datasets and several resolutions in a test', async () => {
    const open = (expression: string, options: Partial<LoaderOptions> = {}) =>
      createLoader(expression, { batchSize: 4, modules, ...options });
    await expect(open(aborting, { batchSize: 0 })).rejects.toThrow('batchSize must be a whole number from 1 on, got 0');
    await expect(open(aborting, { workers: -1 })).rejects.toThrow('workers must be');
    await expect(open(aborting, { batchSize: 16 })).rejects.toThrow('Plane: 9 samples are fewer than one batch of 16');
    await expect(open(mixed(), { isTest: true })).rejects.toThrow('expected one resolution, got 2');
    await expect(open('Plan(resolution=32)')).rejects.toThrow(/no dataset is called Plan; known: .*Plane/);
  });

  it('hands an error of a dataset over from a worker, with the pair it happened at', async () => {
    const options = { workers: 1, modules: faulty, batchSize: 1 };
    await withLoader(`Faulty('throws', resolution=32)`, options, async (loader) => {
      await expect(collect(loader.epoch(0))).rejects.toThrow(/Faulty: reading pair \d failed: a fault in the dataset/);
    });
  });

  it('says so when a worker dies, and does not wait for it', async () => {
    const options = { workers: 1, modules: faulty, batchSize: 1 };
    await withLoader(`Faulty('exits', resolution=32)`, options, async (loader) => {
      const died = /a data worker ended by itself with exit code 3; set workers to 0/;
      await expect(collect(loader.epoch(0))).rejects.toThrow(died);
      await expect(collect(loader.epoch(1))).rejects.toThrow(died);
    });
  });

  it('stops at once when it is aborted, and closes after that', async () => {
    const abort = new AbortController();
    await withLoader(mixed(), { workers: 1, signal: abort.signal }, async (loader) => {
      const batches = loader.epoch(0)[Symbol.asyncIterator]();
      await batches.next();
      abort.abort(new Error('enough'));
      await expect(batches.next()).rejects.toThrow('enough');
    });
    await expect(createLoader(mixed(), { batchSize: 4, modules, signal: abort.signal })).rejects.toThrow('enough');
  });
});
