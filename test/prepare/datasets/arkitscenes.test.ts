import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readSceneMetadata } from '#data/published/scene-metadata.ts';
import { readDepthPng } from '#data/rgbd-layouts/depth-png.ts';
import type { RawView } from '#data/view.ts';
import { npyNumbers, npyTexts } from '#formats/npy-array.ts';
import { npzArray, readNpz } from '#formats/npz.ts';
import { arkitScenesPreparation } from '#prepare/datasets/arkitscenes.ts';
import { runPreparation } from '#prepare/datasets/run-preparation.ts';
import { createNumpyRandom } from '#tensor/random.ts';
import { compareViews, openPublished } from '#test/data/published/fixture.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { compareWithTruth, indoorFrame } from './indoor-fixture.ts';
import { contentsOf, rawFixture } from './raw-fixture.ts';

const place = useTemporaryFolder();
const options = { pairs: rawFixture('arkitscenes/pairs') };
const films = { '40753679': 'table', '40753686': 'room', '41069021': 'room' } as const;

function prepare(output: string, workers = 0) {
  return runPreparation(arkitScenesPreparation, { input: rawFixture('arkitscenes/raw'), output, workers, options });
}

describe('prepare/datasets/arkitscenes: arkitScenesPreparation', () => {
  beforeAll(async () => {
    expect(await prepare(place('whole'))).toMatchObject({ prepared: 3, skippedItems: 2, skippedFrames: 2 });
  });

  it('lists what is missing or broken, and leaves its pairs out', async () => {
    expect((await readFile(place('whole/skipped.txt'), 'utf8')).split('\n')).toEqual([
      'Training/40753679\tTraining/40753679/lowres_depth/40753679_305.877.png\tdamaged depth PNG (vipspng: libpng read error)',
      'Training/40753679\tvga_wide/40753679_309.000.png\tthe time 309 lies outside of the trajectory, which goes from 305.377 to 305.877',
      'Training/41000001\tTraining/41000001/vga_wide\tno such folder',
      'Training/41000002\tTraining/41000002/lowres_wide.traj, line 1\texpected 7 numbers: time, rotation, translation; found "1.0 0.1 0.2 0.3 1 2"',
      '',
    ]);
    expect((await readSceneMetadata(place('whole/Training/all_metadata.npz'))).pairCount).toBe(10 + 15);
    expect((await readSceneMetadata(place('whole/Test/all_metadata.npz'))).pairCount).toBe(15);
  });

  it.each([
    ['train', 25],
    ['test', 15],
  ])('is loaded upright, with cameras and depth of what was rendered (%s)', async (split, count) => {
    const dataset = await openPublished(`ARKitScenes(ROOT='${place('whole')}', split='${split}')`);
    expect(dataset.length).toBe(count);
    for (let index = 0; index < count; index += 4) {
      const views = await dataset.pair(index, createNumpyRandom(0));
      for (const view of views) expectTrue(view);
      const { share, medianDepth } = compareViews(...views);
      expect(share).toBeGreaterThan(0.6);
      expect(medianDepth).toBeLessThan(0.02);
    }
  });

  it('turns and enlarges depth without changing it: each pixel takes the one that it lies in', async () => {
    const name = '40753679_305.477.png';
    const raw = await readDepthPng(rawFixture(`arkitscenes/raw/Training/40753679/lowres_depth/${name}`));
    const { width, height, values } = await readDepthPng(place(`whole/Training/40753679/lowres_depth/${name}`));
    expect([width, height]).toEqual([60, 80]);
    // The sky was at the right; it is up.
    for (const [u, v] of [
      [0, 0],
      [59, 0],
      [13, 41],
      [30, 79],
    ] as const) {
      const [column, row] = [79 - v, u].map((at) => Math.floor((at + 0.5) / 2.5)) as [number, number];
      expect(values[v * width + u]).toBe(raw.values[row * raw.width + column]);
    }
  });

  it('writes the arrays that the original’s loader reads, of each scene and of all', async () => {
    const path = place('whole/Training/all_metadata.npz');
    const all = await readNpz(path);
    const scene = await readNpz(place('whole/Training/40753686/scene_metadata.npz'));
    expect([...all.keys()].sort()).toEqual([
      'counts',
      'images',
      'intrinsics',
      'pairs',
      'sceneids',
      'scenes',
      'trajectories',
    ]);
    expect([...scene.keys()].sort()).toEqual(['images', 'intrinsics', 'pairs', 'trajectories']);
    expect(npyTexts(npzArray(path, all, 'scenes'), 'scenes').values).toEqual(['40753679', '40753686']);
    expect(npyTexts(npzArray(path, all, 'images'), 'images').values[5]).toBe('40753686_305.377.png');
    expect([...npyNumbers(npzArray(path, all, 'counts'), 'counts').values]).toEqual([0, 5]);
    const pairs = npyNumbers(npzArray(path, all, 'pairs'), 'pairs', [25, 3]).values;
    expect([...pairs.slice(3 * 10, 3 * 11)]).toEqual([5, 6, 0.49]);
    expect(npyNumbers(npzArray(path, scene, 'pairs'), 'pairs', [15, 3]).values.slice(0, 3)).toEqual(
      Float64Array.of(0, 1, 0.49),
    );
  });

  it('gives the same bytes in a worker thread', async () => {
    await prepare(place('threads'), 1);
    expect(await contentsOf(place('threads'))).toEqual(await contentsOf(place('whole')));
  });

  it('asks for the pairs where there are none', async () => {
    const input = rawFixture('arkitscenes/raw');
    const run = runPreparation(arkitScenesPreparation, { input, output: place('none'), workers: 0, options: {} });
    await expect(run).rejects.toThrow(
      `prepare arkitscenes: ${input}: expected the published pairs, Training/<scene>/selected_pairs.npz; give their folder with --pairs`,
    );
  });
});

function expectTrue(view: RawView): void {
  const scene = films[view.label as keyof typeof films];
  const frame = Math.round((Number(view.instance.split('_')[1]) - 305.377) * 10);
  const { width, height, focalPx, camToWorld } = view.camera;
  expect([width, height]).toEqual(scene === 'table' ? [60, 80] : [80, 60]);
  for (const focal of focalPx) expect(focal).toBeCloseTo(40, 4);
  const { upright } = indoorFrame(scene, frame);
  const misses = camToWorld.map((value, i) => Math.abs(value - (upright[i] as number)));
  // The third frame has no pose of its own: its neighbours are 5 hundredths of a second off.
  expect(Math.max(...misses)).toBeLessThan(frame === 3 ? 2e-3 : 1e-6);
  const { seen, medianDepth, ninthDepth, medianColor } = compareWithTruth(view, scene, frame);
  expect(seen).toBeGreaterThan(0.9);
  expect(medianDepth).toBeLessThan(0.02); // of a pixel of the depth sensor, which is 2.5 of the film's
  expect(ninthDepth).toBeLessThan(0.05);
  expect(medianColor).toBeLessThan(8);
}
