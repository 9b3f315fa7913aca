import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readDepthPng } from '#data/rgbd-layouts/depth-png.ts';
import { npyNumbers } from '#formats/npy-array.ts';
import { npzArray, readNpz } from '#formats/npz.ts';
import { decodeImage } from '#image/decode.ts';
import { runPreparation } from '#prepare/datasets/run-preparation.ts';
import { scannetppPreparation } from '#prepare/datasets/scannetpp.ts';
import { createNumpyRandom } from '#tensor/random.ts';
import { compareViews, openPublished } from '#test/data/published/fixture.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { compareWithTruth, indoorFrame } from './indoor-fixture.ts';
import { contentsOf, rawFixture } from './raw-fixture.ts';

const place = useTemporaryFolder();
const pairs = rawFixture('scannetpp/pairs');
const scenes = { '0a5c013435': 'table', f3685d06a9: 'room' } as const;

function frameOf(instance: string): number {
  const number = Number(instance.replace(/.*(DSC|_)/, ''));
  return instance.includes('DSC') ? (number - 1) / 3 : number / 10;
}

function prepare(output: string, workers = 0) {
  const options = { pairs, imageSize: 96 };
  return runPreparation(scannetppPreparation, { input: rawFixture('scannetpp/raw'), output, workers, options });
}

describe('prepare/datasets/scannetpp: scannetppPreparation', () => {
  beforeAll(async () => {
    expect(await prepare(place('whole'))).toMatchObject({ prepared: 2, skippedItems: 1, skippedFrames: 3 });
  });

  it('lists what is missing or broken', async () => {
    const lines = (await readFile(place('whole/skipped.txt'), 'utf8')).trim().split('\n');
    expect(lines.map((line) => line.split('\t').slice(0, 2).join(' '))).toEqual([
      '0a5c013435 data/0a5c013435/dslr/colmap',
      '1d003b07bd data/1d003b07bd/scans',
      'f3685d06a9 data/f3685d06a9/dslr/resized_images/DSC00010.JPG',
      'f3685d06a9 data/f3685d06a9/iphone/colmap',
    ]);
    expect(lines[0]).toContain('expected a pose of DSC00900, found none');
  });

  it('is loaded with straight photographs of both cameras, and the depth of the scanned mesh', async () => {
    const dataset = await openPublished(`ScanNetpp(split='train', ROOT='${place('whole')}')`);
    expect(dataset.length).toBe(15 + 3);
    for (const index of [0, 3, 8, 14, 15, 17]) {
      const views = await dataset.pair(index, createNumpyRandom(0));
      for (const view of views) {
        const scene = scenes[view.label as keyof typeof scenes];
        const frame = frameOf(view.instance);
        const { width, height, principalPx, camToWorld } = view.camera;
        // DSLR 96 × 64 and iPhone 80 × 60, to cover 96 × 72.
        expect([width, height]).toEqual(view.instance.includes('DSC') ? [108, 72] : [96, 72]);
        expect(principalPx[0]).toBeCloseTo((width - 1) / 2, 4);
        expect(principalPx[1]).toBeCloseTo((height - 1) / 2, 4);
        const pose = indoorFrame(scene, frame).upright;
        expect(Math.max(...camToWorld.map((value, i) => Math.abs(value - (pose[i] as number))))).toBeLessThan(1e-6);
        const { seen, medianDepth, ninthDepth, medianColor } = compareWithTruth(view, scene, frame);
        expect(seen).toBeGreaterThan(0.8);
        expect(medianDepth).toBeLessThan(0.005);
        expect(ninthDepth).toBeLessThan(0.02);
        expect(medianColor).toBeLessThan(8);
      }
      const { share, medianDepth, medianColor } = compareViews(...views);
      expect(share).toBeGreaterThan(0.6);
      expect(medianDepth).toBeLessThan(0.008);
      expect(medianColor).toBeLessThan(12);
    }
  });

  it('has no depth where faces were blurred, nor beyond an iPhone’s photograph', async () => {
    const share = async (file: string) => {
      const { values } = await readDepthPng(place(`whole/0a5c013435/depth/${file}.png`));
      return values.filter((value) => value > 0).length / values.length;
    };
    // With the principal point moved to the centre an edge is beyond the fisheye's photograph, of which a tenth was blurred.
    expect(await share('DSC00001')).toBeCloseTo(0.996, 2);
    expect(await share('DSC00004')).toBeCloseTo(0.898, 2);
    const { values, width } = await readDepthPng(place('whole/0a5c013435/depth/frame_000040.png'));
    const { data } = await decodeImage(place('whole/0a5c013435/images/frame_000040.jpg'));
    expect(values[0]).toBe(0);
    expect(data[0]).toBeLessThan(30);
    expect(values[36 * width + 48]).toBeGreaterThan(0);
  });

  it('stores principal points as COLMAP counts them, half a pixel more, for the original’s loader', async () => {
    const path = place('whole/all_metadata.npz');
    const K = npyNumbers(npzArray(path, await readNpz(path), 'intrinsics'), 'intrinsics', [9, 3, 3]).values;
    expect(K[2]).toBeCloseTo(108 / 2, 4);
    expect(K[5]).toBeCloseTo(72 / 2, 4);
  });

  it('gives the same bytes in a worker thread', async () => {
    await prepare(place('threads'), 1);
    expect(await contentsOf(place('threads'))).toEqual(await contentsOf(place('whole')));
  });

  it('asks for the pairs where there are none', async () => {
    const input = rawFixture('scannetpp/raw');
    const run = runPreparation(scannetppPreparation, {
      ...{ input, output: place('none'), workers: 0 },
      options: { imageSize: 96 },
    });
    await expect(run).rejects.toThrow('expected the published pairs, <scene>/selected_pairs.npz; give their folder');
  });
});
