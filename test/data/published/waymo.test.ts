import { describe, expect, it } from '@jest/globals';
import { fixturePath, openPublished } from './fixture.ts';
import { expectTruePair, instancesOf, numberPairs } from './true-pair.ts';

const root = fixturePath('waymo');

describe('data/published/waymo: waymoDataset', () => {
  it('reads the listed pairs, back to the points that were rendered, where the lidar met them', async () => {
    const dataset = await openPublished(`Waymo(ROOT='${root}')`);
    expect(dataset.length).toBe(12);
    for (const [segment, scene] of (['table', 'street'] as const).entries()) {
      for (const [place, frames] of numberPairs(4).entries()) {
        const views = await expectTruePair(dataset, 6 * segment + place, { scene, frames, least: 1, overlap: 0.1 });
        for (const { depth } of views) {
          const share = depth.filter((z) => z > 0).length / depth.length;
          expect(share).toBeGreaterThan(0.1);
          expect(share).toBeLessThan(0.3);
        }
      }
    }
    const segment = 'segment-9985243312780923024_3049_720_3069_720';
    expect(await instancesOf(dataset, 7)).toEqual([`${segment}/00000_1`, `${segment}/00020_1`]);
  });

  it('has no splits', async () => {
    await expect(openPublished(`Waymo(split='train', ROOT='${root}')`)).rejects.toThrow(
      "Waymo: split: expected None, got 'train'",
    );
  });
});
