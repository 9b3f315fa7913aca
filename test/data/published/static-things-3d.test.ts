import { describe, expect, it } from '@jest/globals';
import { createNumpyRandom } from '#tensor/random.ts';
import { fixturePath, openPublished } from './fixture.ts';
import { expectTruePair, instancesOf, numberPairs } from './true-pair.ts';

const root = fixturePath('staticthings3d');
const open = (values: string) => openPublished(`StaticThings3D(ROOT='${root}'${values})`);

/** np.random.default_rng(seed).choice(2), three times. */
const coins = { 0: [1, 1, 1], 1: [0, 1, 1], 2: [1, 0, 0], 4: [1, 1, 1] };

describe('data/published/static-things-3d: staticThings3dDataset', () => {
  it('reads the listed pairs of both cameras, back to the points that were rendered', async () => {
    const dataset = await open(', mask_bg=True');
    expect(dataset.length).toBe(12);
    for (const [sequence, scene] of (['table', 'street'] as const).entries()) {
      for (const [place, frames] of numberPairs(4).entries()) {
        const [view] = await expectTruePair(dataset, 6 * sequence + place, { scene, frames });
        expect(view.label).toBe(['A/0000', 'C/0033'][sequence]);
      }
    }
    const names = await instancesOf(dataset, 8, 0);
    expect(names.map((name) => name.replace(/_\w+$/, ''))).toEqual(['C/0033/left/0006', 'C/0033/right/0007']);
  });

  it('takes the depth beyond 200 away where it masks', async () => {
    const street = 6;
    const [[whole], [masked]] = [
      await (await open(', mask_bg=False')).pair(street, createNumpyRandom(0)),
      await (await open(', mask_bg=True')).pair(street, createNumpyRandom(0)),
    ];
    expect([...whole.depth.slice(0, 2)]).toEqual([200, 200.25]);
    expect([...masked.depth.slice(0, 2)]).toEqual([200, 0]);
    expect(whole.depth).toContain(1000);
    expect(masked.depth).toEqual(whole.depth.map((z) => (z > 200 ? 0 : z)));
  });

  it("tosses a coin a pair for mask_bg='rand', the default, then one a view for the pass", async () => {
    const passes = async (seed: number, values: string) => {
      const views = await (await open(values)).pair(0, createNumpyRandom(seed));
      const [first, second] = views.map(({ instance }) => (instance.endsWith('_final') ? 1 : 0));
      expect(new Set(views.map(({ depth }) => depth[1] === 0)).size).toBe(1);
      return [views[0].depth[1] === 0 ? 1 : 0, first, second];
    };
    for (const [seed, [masked, first, second]] of Object.entries(coins)) {
      for (const values of ['', ", mask_bg='rand'"])
        expect(await passes(Number(seed), values)).toEqual([masked, first, second]);
      expect(await passes(Number(seed), ', mask_bg=True')).toEqual([1, masked, first]);
    }
  });

  it('reads the image of the pass that it names', async () => {
    const dataset = await open(', mask_bg=False');
    const roughness = new Map<string, number>();
    for (const seed of [1, 2]) {
      const [{ image, instance }] = await dataset.pair(0, createNumpyRandom(seed));
      let sum = 0;
      for (let i = 3; i < image.data.length; i++)
        sum += Math.abs((image.data[i] as number) - (image.data[i - 3] as number));
      roughness.set(instance.slice(-5), sum);
    }
    expect(roughness.get('final')).toBeLessThan(0.8 * (roughness.get('clean') as number));
  });

  it('has no splits', async () => {
    expect((await open(', split=None')).length).toBe(12);
    await expect(open(", split='train'")).rejects.toThrow("StaticThings3D: split: expected None, got 'train'");
  });
});
