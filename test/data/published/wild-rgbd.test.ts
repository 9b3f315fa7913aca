import { describe, expect, it } from '@jest/globals';
import { createNumpyRandom } from '#tensor/random.ts';
import { compareViews, expectTruth, fixturePath, openPublished } from './fixture.ts';

const root = fixturePath('wildrgbd');
const open = (values: string) => openPublished(`WildRGBD(ROOT='${root}', ${values})`);

describe('data/published/wild-rgbd: wildRgbdDataset', () => {
  it('has 495 pairs of each sequence that the split lists', async () => {
    expect((await open("split='train'")).length).toBe(2 * 495);
    expect((await open("split='test'")).length).toBe(495);
  });

  it('reads frames of both sequences back to the points that were rendered, which both views see', async () => {
    const dataset = await open("split='train', mask_bg=False");
    const ids = { table: [0, 4, 7, 11, 15, 18], street: [0, 3, 6, 9, 12, 15] };
    for (const [sequence, scene] of (['table', 'street'] as const).entries()) {
      const views = await dataset.pair(495 * sequence, createNumpyRandom(4));
      for (const view of views) {
        expect(view.label).toBe(['backpack/scenes/scene_000', 'truck/scenes/scene_012'][sequence]);
        const place = ids[scene].indexOf(Number(view.instance.slice(-5)));
        expect(expectTruth(view, [scene, place], 0.0005)).toBeGreaterThan(20);
      }
      expect(views[0].instance).not.toBe(views[1].instance);
      expect(compareViews(...views)).toMatchObject({ share: expect.closeTo(0.9, 0) });
      expect(compareViews(...views).medianDepth).toBeLessThan(0.005);
    }
  });

  it('leaves depth on the object alone unless the expression says otherwise', async () => {
    const [[whole], [masked]] = [
      await (await open("split='train', mask_bg=False")).pair(0, createNumpyRandom(1)),
      await (await open("split='train'")).pair(0, createNumpyRandom(1)),
    ];
    const count = (depth: Float32Array) => depth.filter((z) => z > 0).length;
    expect(count(masked.depth)).toBeGreaterThan(200);
    expect(count(masked.depth)).toBeLessThan(0.6 * count(whole.depth));
  });
});
