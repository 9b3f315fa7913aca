import { cp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { RawView } from '#data/view.ts';
import { depthToPoints } from '#geometry/camera.ts';
import { megaDepthPreparation } from '#prepare/datasets/mega-depth.ts';
import { runPreparation } from '#prepare/datasets/run-preparation.ts';
import { createNumpyRandom } from '#tensor/random.ts';
import { openPublished } from '#test/data/published/fixture.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { expectSameWorld, rawFixture } from './raw-fixture.ts';
import { type RenderedFrame, readTruth } from './rendered-points.ts';

const place = useTemporaryFolder();
/** By reconstruction, and the cameras that COLMAP itself gives the straightened photographs. */
const truth = readTruth<Record<'0001/0' | '0022/1', readonly RenderedFrame[]>>('megadepth');

function prepare(output: string, { input = rawFixture('megadepth'), asOriginal = false } = {}) {
  return runPreparation(megaDepthPreparation, { input, output, workers: 0, options: { asOriginal } });
}

const open = (folder: string, split: string) => openPublished(`MegaDepth(split='${split}', ROOT='${place(folder)}')`);

function expectRenderedPoints({ camera, depth }: RawView, { camera: raw, points }: RenderedFrame): void {
  expect([camera.width, camera.height]).toEqual([raw.width, raw.height]);
  expect(camera.principalPx).toEqual([(raw.width - 1) / 2, (raw.height - 1) / 2]);
  // COLMAP rounds the image's size, to 59 rows or so, and with it the focal lengths.
  for (const axis of [0, 1] as const)
    expect(Math.abs(camera.focalPx[axis] / raw.focalPx[axis] - 1)).toBeLessThan(0.006);
  expect(camera.camToWorld.every((value, i) => Math.abs(value - (raw.camToWorld[i] as number)) < 2e-6)).toBe(true);
  const world = depthToPoints(camera, depth);
  for (const [column, row, ...point] of points) {
    const pixel = row * camera.width + column;
    const miss = Math.hypot(...point.map((value, k) => value - (world[3 * pixel + k] as number)));
    expect(miss).toBeLessThan(0.004 * (depth[pixel] as number));
  }
}

describe('prepare/datasets/mega-depth: megaDepthPreparation', () => {
  beforeAll(async () => {
    expect(await prepare(place('whole'))).toMatchObject({ prepared: 2, skippedItems: 1, skippedFrames: 1 });
  });

  it('is loaded with the points that were rendered, of images lying and upright, of lenses bent in and out', async () => {
    for (const [split, key, pairs] of [
      ['train', '0001/0', 3],
      ['val', '0022/1', 1],
    ] as const) {
      const dataset = await open('whole', split);
      expect(dataset.length).toBe(pairs);
      const views = await dataset.pair(0, createNumpyRandom(0));
      for (const [v, view] of views.entries()) {
        expect(view.label).toBe(key);
        expectRenderedPoints(view, truth[key][v] as RenderedFrame);
      }
      expectSameWorld(...views);
    }
  });

  it('leaves images alone that are smaller than 800 × 600', async () => {
    const [view] = await (await open('whole', 'val')).pair(0, createNumpyRandom(0));
    expect(Math.max(view.camera.width, view.camera.height)).toBeLessThan(100);
  });

  it('finds both downloads as they are unpacked, below phoenix, and merged', async () => {
    const unpacked = place('unpacked');
    await cp(rawFixture('megadepth'), unpacked, { recursive: true });
    await cp(`${unpacked}/MegaDepth_v1`, `${unpacked}/phoenix/S6/zl548/MegaDepth_v1`, { recursive: true });
    await rm(`${unpacked}/MegaDepth_v1`, { recursive: true });
    const merged = place('merged');
    await cp(rawFixture('megadepth/MegaDepth_v1'), merged, { recursive: true });
    await cp(rawFixture('megadepth/MegaDepth_v1_SfM'), merged, { recursive: true });
    await cp(rawFixture('megadepth/megadepth_pairs.npz'), `${merged}/megadepth_pairs.npz`);
    for (const input of [unpacked, merged])
      expect(await prepare(`${input}-out`, { input })).toMatchObject({ prepared: 2, skippedFrames: 1 });
  });

  it("scales from pixel centre to pixel centre, half a pixel beside the lens' axis, as the original does, if it is told to", async () => {
    await prepare(place('original'), { asOriginal: true });
    const focal = async (folder: string) =>
      (await (await open(folder, 'train')).pair(0, createNumpyRandom(0)))[0].camera.focalPx[0];
    const ratio = (await focal('original')) / (await focal('whole'));
    // Of 80 pixels from 640 in a row: 79 / 639 instead of an eighth, and half a pixel of 320.
    expect(ratio).toBeCloseTo((79 / 639 / (80 / 640)) * (1 + 0.5 / 320), 3);
  });

  it('leaves out images that are broken or not in the model, and lists them', async () => {
    const raw = place('raw');
    await cp(rawFixture('megadepth'), raw, { recursive: true });
    const dense = `${raw}/MegaDepth_v1/0001/dense0`;
    await truncate(`${dense}/depths/1007_ab0_o.h5`, 5000);
    await cp(`${raw}/MegaDepth_v1/0022/dense1/imgs/1379_ab4_o.jpg`, `${dense}/imgs/1100_ab1_o.jpg`);
    await rename(`${raw}/MegaDepth_v1_SfM/0022`, `${raw}/MegaDepth_v1_SfM/0023`);
    await expect(prepare(place('broken'), { input: raw })).rejects.toThrow(
      /megadepth_pairs\.npz: of none of its 6 pairs both images could be prepared$/,
    );
    await cp(rawFixture('megadepth/MegaDepth_v1/0001/dense0/depths/1007_ab0_o.h5'), `${dense}/depths/1007_ab0_o.h5`);
    await rm(place('broken'), { recursive: true });
    expect(await prepare(place('broken'), { input: raw })).toMatchObject({
      prepared: 1,
      skippedItems: 2,
      skippedFrames: 2,
    });
    expect((await open('broken', 'train')).length).toBe(1);
    const lines = (await readFile(place('broken/skipped.txt'), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe("0001/0\t0001/0/missing_o\texpected it in the model's images, found it not");
    expect(lines[1]).toMatch(
      /^0001\/0\tMegaDepth_v1\/0001\/dense0\/depths\/1100_ab1_o\.h5\texpected \d+ × \d+ pixels as in \S+, found 80 × 59$/,
    );
    expect(lines[2]).toMatch(
      /^0022\/1\t\S+\texpected the model \(cameras\.txt, images\.txt\) there or below MegaDepth_v1_SfM/,
    );
    expect(lines[3]).toBe('0300/0\t0300/0\tthe list of pairs names it, the input does not hold it');
  });

  it('refuses a list that leads out of its folder', async () => {
    const { encodeNpz } = await import('#formats/npy-write.ts');
    const list = encodeNpz({
      scenes: { values: ['0001 ..'], shape: [1] },
      images: { values: ['a.jpg', 'b.jpg'], shape: [2] },
      pairs: { values: Int32Array.of(0, 0, 1), shape: [1, 3] },
    });
    await writeFile(place('bad.npz'), list);
    const options = { asOriginal: false, pairs: place('bad.npz') };
    const run = { input: rawFixture('megadepth'), output: place('bad'), workers: 0, options };
    await expect(runPreparation(megaDepthPreparation, run)).rejects.toThrow(
      'bad.npz: expected the names of scenes and images, found "0001/.."',
    );
  });
});
