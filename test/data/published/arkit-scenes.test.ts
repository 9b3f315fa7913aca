import { describe, expect, it } from '@jest/globals';
import { createNumpyRandom } from '#tensor/random.ts';
import { compareViews, expectTruth, fixturePath, openPublished } from './fixture.ts';

const root = fixturePath('arkitscenes');

describe('data/published/arkit-scenes: arkitScenesDataset', () => {
  it('reads the listed pairs in their order, back to the points that were rendered', async () => {
    const dataset = await openPublished(`ARKitScenes(ROOT='${root}')`);
    expect(dataset.length).toBe(12);
    const listed = [
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 3],
    ] as const;
    for (const [index, frames] of [...listed, ...listed].entries()) {
      const scene = index < 6 ? 'table' : 'street';
      const views = await dataset.pair(index, createNumpyRandom(0));
      for (const [v, view] of views.entries()) {
        expect(view).toMatchObject({ dataset: 'arkitscenes', label: index < 6 ? '40753679' : '40753686' });
        expect(view.instance).toBe(`${view.label}/${view.label}_${(305.377 + 0.1 * (frames[v] as number)).toFixed(3)}`);
        expect(expectTruth(view, [scene, frames[v] as number], 0.0005)).toBeGreaterThan(20);
      }
      const { share, medianDepth, medianColor } = compareViews(...views);
      expect(share).toBeGreaterThan(0.6);
      expect(medianDepth).toBeLessThan(0.005);
      expect(medianColor).toBeLessThan(12);
    }
  });

  it('takes the folder Training where the published command gives no split, and Test for split test', async () => {
    expect((await openPublished(`ARKitScenes(ROOT='${root}', split='train')`)).length).toBe(12);
    const test = await openPublished(`ARKitScenes(ROOT='${root}', split='test')`);
    expect(test.length).toBe(6);
    expect((await test.pair(0, createNumpyRandom(0)))[0].label).toBe('41069021');
  });

  it('draws nothing', async () => {
    const dataset = await openPublished(`ARKitScenes(ROOT='${root}')`);
    const random = createNumpyRandom(3);
    await dataset.pair(2, random);
    expect(random.random()).toBe(createNumpyRandom(3).random());
  });
});
