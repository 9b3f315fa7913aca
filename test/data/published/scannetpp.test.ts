import { describe, expect, it } from '@jest/globals';
import { createNumpyRandom } from '#tensor/random.ts';
import { compareViews, expectTruth, fixturePath, openPublished } from './fixture.ts';

const root = fixturePath('scannetpp');
const open = (values = '') => openPublished(`ScanNetpp(split='train', ROOT='${root}'${values})`);

describe('data/published/scannetpp: scanNetppDataset', () => {
  it('reads the listed pairs of both scenes back to the points that were rendered', async () => {
    const dataset = await open();
    expect(dataset.length).toBe(12);
    for (const [index, scene, names] of [
      [1, 'table', ['0a5c013435/DSC00001', '0a5c013435/DSC00007']],
      [7, 'street', ['f3685d06a9/frame_000000', 'f3685d06a9/frame_000020']],
    ] as const) {
      const views = await dataset.pair(index, createNumpyRandom(0));
      expect(views.map(({ instance }) => instance)).toEqual(names);
      for (const [v, view] of views.entries()) expect(expectTruth(view, [scene, 2 * v], 0.0005)).toBeGreaterThan(20);
      expect(compareViews(...views).medianDepth).toBeLessThan(0.005);
    }
  });

  it("takes half a pixel off the stored principal point, and not for the original's pixel_origin", async () => {
    const [[corrected], [original]] = [
      await (await open()).pair(0, createNumpyRandom(0)),
      await (await open(", pixel_origin='centre'")).pair(0, createNumpyRandom(0)),
    ];
    expect(corrected.camera.principalPx[0]).toBeCloseTo(32.3, 5);
    expect(corrected.camera.principalPx[1]).toBeCloseTo(23.2, 5);
    expect(original.camera.principalPx[0]).toBeCloseTo(32.8, 5);
    expect(original.camera.principalPx[1]).toBeCloseTo(23.7, 5);
    expect(original.camera.focalPx).toEqual(corrected.camera.focalPx);
  });

  it('knows no other split', async () => {
    await expect(openPublished(`ScanNetpp(split='val', ROOT='${root}')`)).rejects.toThrow(
      "ScanNetpp: split: expected 'train', got 'val'",
    );
  });
});
