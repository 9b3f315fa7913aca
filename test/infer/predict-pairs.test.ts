import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { PairwisePrediction } from '#geometry/pointmap.ts';
import type { RgbImage } from '#image/rgb-image.ts';
import { makePairs, type Pair, withoutRedundantPairs } from '#infer/pairs.ts';
import { predictPair } from '#infer/predict.ts';
import { batchPairs, predictPairs } from '#infer/predict-pairs.ts';
import type { PairsProgress } from '#infer/predict-steps.ts';
import { folderStore } from '#infer/prediction-store.ts';
import type { Dust3r } from '#model/dust3r.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose } from '#test/support/expect-close.ts';
import { randomModel, tinyLinear } from '#test/support/tiny-model.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { tensorsLeftBy } from './left-behind.ts';

useBackend();
const temporary = useTemporaryFolder();

function photograph(width: number, height: number, seed: number): RgbImage {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * i * 31 + i * 7 * seed) % 256);
  return { width, height, data };
}

/** Two of one size, one turned, one of another size. */
const images = [photograph(48, 32, 1), photograph(48, 32, 2), photograph(32, 48, 3), photograph(32, 32, 4)];
const all = withoutRedundantPairs(makePairs(4));
let model: Dust3r;
beforeAll(() => {
  model = randomModel(tinyLinear);
});
beforeEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => {
  model.dispose();
});

async function predictAll(options: Parameters<typeof predictPairs>[3] = {}): Promise<PairwisePrediction[]> {
  return (await predictPairs(model, images, all, options)).pairs();
}

function expectSamePair(actual: PairwisePrediction, expected: Pick<PairwisePrediction, 'view1' | 'view2'>): void {
  for (const view of ['view1', 'view2'] as const) {
    const { width, height, points, confidence } = expected[view];
    expect(actual[view]).toMatchObject({ width, height });
    expectClose(actual[view].points, points, 1e-5);
    expectClose(actual[view].confidence, confidence, 1e-5);
  }
}

describe('infer/predict-pairs: predictPairs', () => {
  it.each([1, 2, 5])(
    'says of every pair what predictPair says, whatever the sizes: batches of %i',
    async (batchSize) => {
      const pairs = await predictAll({ batchSize });
      expect(pairs.map(({ first, second }) => [first, second])).toEqual(all);
      for (const [first, second] of all.filter(([i, j]) => i < j)) {
        const { forward, backward } = await predictPair(model, [images[first], images[second]] as [RgbImage, RgbImage]);
        const find = (i: number, j: number) =>
          pairs.find((pair) => pair.first === i && pair.second === j) as PairwisePrediction;
        expectSamePair(find(first, second), forward);
        expectSamePair(find(second, first), backward);
      }
    },
  );

  it('encodes every image once and decodes both orders of a pair together', async () => {
    const encode = jest.spyOn(model, 'encode');
    const predict = jest.spyOn(model, 'predict');
    await predictPairs(
      model,
      images.slice(0, 2),
      all.filter((pair) => Math.max(...pair) < 2),
    );
    expect([encode.mock.calls.length, predict.mock.calls.length]).toEqual([2, 1]);
    await predictAll();
    expect(encode.mock.calls.length).toBe(2 + 4);
  });

  it('leaves out the images that are in no pair', async () => {
    const encode = jest.spyOn(model, 'encode');
    const store = await predictPairs(model, images, [[2, 0]]);
    expect(encode.mock.calls.length).toBe(2);
    expect(store.pairs()).toHaveLength(1);
  });

  it('keeps the predictions of a folder in half precision and removes it at the end', async () => {
    const exact = await predictAll();
    const store = await folderStore(temporary('scene'));
    const stored = await predictAll({ store });
    for (const [i, pair] of stored.entries()) {
      const { view1, view2 } = exact[i] as PairwisePrediction;
      expectClose(pair.view1.points, view1.points, 5e-4);
      expectClose(pair.view2.confidence, view2.confidence, 5e-4);
    }
    await store.dispose();
    expect(() => stored[0]?.view1).toThrow('ENOENT');
  });

  it('leaves no tensor behind', async () => {
    expect(await tensorsLeftBy(() => predictAll({ batchSize: 3 }))).toBe(0);
  });
});

describe('infer/predict-pairs: predictPairs, on its way', () => {
  it('counts its steps and pairs, and knows the time that is left once it has seen both kinds of step', async () => {
    const seen: PairsProgress[] = [];
    await predictAll({ onProgress: (progress) => seen.push(progress) });
    const [start, end] = [seen[0] as PairsProgress, seen.at(-1) as PairsProgress];
    expect(start).toMatchObject({ step: 'encode', done: 0, pairs: 0, pairsTotal: 12 });
    expect(start.secondsLeft).toBeUndefined();
    expect(end).toMatchObject({ done: end.total, pairs: 12, secondsLeft: 0 });
    expect(seen.map(({ done }) => done)).toEqual(seen.map((_, i) => i));
    expect(seen.find(({ pairs }) => pairs > 0)?.secondsLeft).toBeGreaterThan(0);
  });

  it.each([1, 4, 7])('stops after step %i when it is aborted, and leaves nothing behind', async (last) => {
    const abort = new AbortController();
    const onProgress = ({ done }: PairsProgress) => (done === last ? abort.abort(new Error('enough')) : undefined);
    const left = await tensorsLeftBy(() =>
      expect(predictAll({ onProgress, signal: abort.signal })).rejects.toThrow('enough'),
    );
    expect(left).toBe(0);
  });

  it('refuses pairs of images that there are not, and batches of nothing', async () => {
    await expect(predictPairs(model, images, [[0, 4]])).rejects.toThrow('pairs of the 4 images, got (0, 4)');
    await expect(predictPairs(model, images, all, { batchSize: 0 })).rejects.toThrow('in a batch, got 0');
  });
});

describe('infer/predict-pairs: batchPairs', () => {
  const sizesOf = (batch: readonly Pair[]) =>
    new Set(batch.map((pair) => pair.map((i) => `${images[i]?.width}×${images[i]?.height}`).join()));

  it('gives every pair once, in batches of one size, with the two orders of a pair side by side', () => {
    const batches = batchPairs(all, images, 2);
    expect(batches.flat().sort((a, b) => a[0] - b[0] || a[1] - b[1])).toEqual(all);
    for (const batch of batches) expect([batch.length <= 2, sizesOf(batch).size]).toEqual([true, 1]);
    expect(batches[0]).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  it('passes through a window, so that few images are held at a time', () => {
    const many = Array.from({ length: 30 }, () => photograph(16, 16, 1));
    const batches = batchPairs(withoutRedundantPairs(makePairs(30, 'swin-3-noncyclic')), many, 2);
    const lastUse = new Map(batches.flatMap((batch, at) => batch.flat().map((image) => [image, at] as const)));
    const firstUse = new Map(
      batches.flatMap((batch, at) => batch.flat().map((image) => [image, at] as const)).reverse(),
    );
    const held = batches.map((_, at) =>
      many.filter((_, i) => (firstUse.get(i) ?? 0) <= at && at <= (lastUse.get(i) ?? 0)),
    );
    expect(Math.max(...held.map(({ length }) => length))).toBe(4);
  });
});
