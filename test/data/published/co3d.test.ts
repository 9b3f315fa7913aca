import { cp, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { BrokenSampleError } from '#data/pair-dataset.ts';
import { createNumpyRandom } from '#tensor/random.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { compareViews, expectTruth, fixturePath, openPublished } from './fixture.ts';

const temporary = useTemporaryFolder();
const root = fixturePath('co3d');
const open = (values: string) => openPublished(`Co3d(ROOT='${root}', ${values})`);
/** Of a depth step of the deepest frame: what is stored is rounded down. */
const step = 17.4 / 65_535;

/** Number of the pair of places in its sequence. */
const pairNumber = (sequence: number, first: number, distance: number) => 495 * sequence + 6 * first + distance / 5 - 1;

describe('data/published/co3d: co3dDataset', () => {
  it('has 495 pairs of each sequence that the split lists', async () => {
    expect((await open("split='train'")).length).toBe(2 * 495);
    expect((await open("split='test', mask_bg='rand'")).length).toBe(495);
  });

  it('reads frames back to the points that were rendered, in both orientations', async () => {
    const dataset = await open("split='train', mask_bg=False");
    const frames = { table: [1, 3, 4, 6, 8, 9, 11, 13], street: [2, 4, 6, 8, 10, 12, 14, 16] };
    const read = new Set<string>();
    for (let place = 0; place < 6; place++) {
      for (const [sequence, scene] of (['table', 'street'] as const).entries()) {
        const views = await dataset.pair(pairNumber(sequence, place, 5), createNumpyRandom(10 * sequence + place));
        for (const view of views) {
          const id = Number(view.instance.slice(-6));
          expect(view.label).toBe(['apple/110_13051_23361', 'bench/415_57112_110099'][sequence]);
          expect(view.instance).toBe(`${view.label}/frame${String(id).padStart(6, '0')}`);
          expect(expectTruth(view, [scene, frames[scene].indexOf(id)], step)).toBeGreaterThan(18);
          read.add(view.instance);
        }
      }
    }
    expect(read.size).toBeGreaterThan(8);
  });

  it('gives two views that see the same points of the world', async () => {
    const dataset = await open("split='train', mask_bg=False");
    const [first, second] = await dataset.pair(pairNumber(0, 0, 5), createNumpyRandom(2));
    expect(first.instance).not.toBe(second.instance);
    for (const [a, b] of [
      [first, second],
      [second, first],
    ] as const) {
      const { share, medianDepth, medianColor } = compareViews(a, b);
      expect(share).toBeGreaterThan(0.6);
      expect(medianDepth).toBeLessThan(0.005);
      expect(medianColor).toBeLessThan(6);
    }
  });

  it('leaves depth on the object alone where it masks, above a tenth of white', async () => {
    const index = pairNumber(0, 0, 5);
    const [[whole], [masked]] = [
      await (await open("split='train', mask_bg=False")).pair(index, createNumpyRandom(1)),
      await (await open("split='train'")).pair(index, createNumpyRandom(1)),
    ];
    expect(masked.instance).toBe(whole.instance);
    const kept = masked.depth.filter((z) => z > 0).length;
    expect(kept).toBeGreaterThan(200);
    expect(kept).toBeLessThan(0.6 * whole.depth.length);
    expect(masked.depth.every((z, i) => z === 0 || z === whole.depth[i])).toBe(true);
    // The mask is 26 of 255 in the first pixel and 25 in the second.
    expect([masked.depth[0], masked.depth[1]]).toEqual([whole.depth[0], 0]);
    expect(whole.depth[1]).toBeGreaterThan(0);
  });

  it("tosses one coin a pair for mask_bg='rand', before the frames are drawn", async () => {
    const dataset = await open("split='train', mask_bg='rand'");
    const isMasked = (depth: Float32Array) => depth[1] === 0;
    // np.random.default_rng(seed).choice(2)
    const coins = { 777: 1, 782: 0, 783: 1, 786: 0 };
    for (const [seed, coin] of Object.entries(coins)) {
      const views = await dataset.pair(pairNumber(0, 0, 5), createNumpyRandom(Number(seed)));
      expect(views.map(({ depth }) => isMasked(depth))).toEqual([coin === 1, coin === 1]);
    }
  });

  it('takes the next frame in a drawn direction for one without depth, whatever was read before', async () => {
    const fresh = () => open("split='test', mask_bg=False");
    // The third frame, number 6, has none.
    const instances = async (dataset: Awaited<ReturnType<typeof fresh>>, seed: number) => {
      const views = await dataset.pair(pairNumber(0, 2, 5), createNumpyRandom(seed));
      return views.map(({ instance }) => Number(instance.slice(-6)));
    };
    const dataset = await fresh();
    const drawn: number[][] = [];
    for (let seed = 0; seed < 40; seed++) drawn.push(await instances(dataset, seed));
    expect(drawn.flat()).not.toContain(6);
    const hits = Array.from({ length: 40 }, (_, seed) => {
      const random = createNumpyRandom(seed);
      random.integers(-4, 5);
      const place = Math.max(0, 2 + random.integers(-4, 5));
      return place === 2 ? { seed, forward: random.integers(0, 2) === 1 } : [];
    }).flat();
    expect(new Set(hits.map(({ forward }) => forward)).size).toBe(2);
    for (const { seed, forward } of hits) expect(drawn[seed]?.[0]).toBe(forward ? 8 : 4);
    for (const seed of [7, 3, 20]) expect(await instances(await fresh(), seed)).toEqual(drawn[seed]);
  });

  it('breaks the sample where no frame of the sequence has depth', async () => {
    const folder = temporary('co3d');
    await cp(root, folder, { recursive: true });
    await writeFile(temporary('co3d/selected_seqs_train.json'), '{"bench": {"415_57112_110099": [6, 6]}}');
    const pair = (await openPublished(`Co3d(ROOT='${folder}')`)).pair(0, createNumpyRandom(0));
    await expect(pair).rejects.toThrow(
      new BrokenSampleError(`${folder}/bench/415_57112_110099: no frame has depth on its object`),
    );
  });

  it('refuses splits and masks that do not exist', async () => {
    await expect(open("split='val'")).rejects.toThrow("Co3d: split: expected 'train' or 'test', got 'val'");
    await expect(open("mask_bg='random'")).rejects.toThrow(
      "Co3d: mask_bg: expected True or False or 'rand', got 'random'",
    );
  });
});
