import { describe, expect, it } from '@jest/globals';
import { countBins } from '#viewer/page/histogram.ts';
import { loadMaps } from '../loaded-scene.ts';
import { sceneOf, viewOf } from '../small-scene.ts';

describe('viewer/page/histogram: countBins', () => {
  it('counts the points of all views, each in the bin of its confidence', async () => {
    const view = (sure: number) =>
      viewOf({ name: 'a', size: 3, depth: () => 1, confidence: (x, y) => (y * 3 + x < sure ? 100 : 1) });
    const bins = countBins(await loadMaps(sceneOf(view(2), view(5))));
    expect(bins).toHaveLength(64);
    expect([bins[0], bins[63]]).toEqual([11, 7]);
    expect(bins.reduce((sum, count) => sum + count)).toBe(18);
  });
});
