import { cp, readFile, rm, truncate } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { runPreparation } from '#prepare/datasets/run-preparation.ts';
import { staticThings3dPreparation } from '#prepare/datasets/static-things-3d.ts';
import { createNumpyRandom } from '#tensor/random.ts';
import { openPublished, type SceneName } from '#test/data/published/fixture.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { expectSameWorld, rawFixture } from './raw-fixture.ts';
import { expectEnlargedPoints, type RenderedFrame, readTruth } from './rendered-points.ts';

const place = useTemporaryFolder();
const truth = readTruth<Record<SceneName, readonly RenderedFrame[]>>();

function prepare(output: string, input = rawFixture('staticthings3d')) {
  return runPreparation(staticThings3dPreparation, { input, output, workers: 0, options: { asOriginal: false } });
}

const open = (folder: string, mask = 'False') =>
  openPublished(`StaticThings3D(ROOT='${place(folder)}', mask_bg=${mask})`);

/** The first and the last pixel of the raw image show no depth, the sky has that of a wall. */
const wall = 1000;

describe('prepare/datasets/static-things-3d: staticThings3dPreparation', () => {
  beforeAll(async () => {
    expect(await prepare(place('whole'))).toMatchObject({ prepared: 2, skippedItems: 1, skippedFrames: 0 });
  });

  it('is loaded with the points that were rendered, of both cameras', async () => {
    const dataset = await open('whole');
    expect(dataset.length).toBe(6);
    for (const [sequence, scene] of (['table', 'street'] as const).entries()) {
      const views = await dataset.pair(3 * sequence + 2, createNumpyRandom(0));
      expect(views.map(({ instance }) => instance.replace(/_\w+$/, ''))).toEqual(
        [`right/0006`, `left/0007`].map((name) => `${['A/0000', 'C/0033'][sequence]}/${name}`),
      );
      for (const [v, view] of views.entries()) {
        expect([view.camera.width, view.camera.height]).toEqual(scene === 'table' ? [512, 384] : [512, 682]);
        expectEnlargedPoints(view, truth[scene][1 + v] as RenderedFrame);
      }
    }
    expectSameWorld(...(await (await open('whole', 'True')).pair(0, createNumpyRandom(0))));
  });

  it('keeps the wall behind everything, and makes what is no depth unknown', async () => {
    const [view] = await (await open('whole')).pair(3, createNumpyRandom(0));
    expect(view.depth.includes(wall)).toBe(true);
    const scale = 512 / 48;
    // ∞, NaN and −1 in the raw file's first three pixels.
    for (const column of [0, 1, 2]) expect(view.depth[Math.floor((column + 0.5) * scale)]).toBe(0);
    expect(view.depth[Math.floor(3.5 * scale)]).toBeGreaterThan(0);
  });

  it('has both passes of every photograph', async () => {
    const dataset = await open('whole');
    const roughness = new Map<string, number>();
    for (const seed of [0, 1, 2, 3]) {
      const [{ image, instance }] = await dataset.pair(0, createNumpyRandom(seed));
      const { data } = image;
      let sum = 0;
      for (let i = 3; i < data.length; i++) sum += Math.abs((data[i] as number) - (data[i - 3] as number));
      roughness.set(instance.slice(-5), sum);
    }
    expect(roughness.get('final')).toBeLessThan(0.8 * (roughness.get('clean') as number));
  });

  it('leaves out images that are broken, and lists them', async () => {
    const raw = place('raw');
    await cp(rawFixture('staticthings3d'), raw, { recursive: true });
    await truncate(`${raw}/frames_finalpass/TRAIN/A/0000/left/0006.png`, 500);
    await truncate(`${raw}/depths/TRAIN/C/0033/right/0006.float3`, 600);
    await rm(`${raw}/intrinsics/TRAIN/C/0033/0007.float3`);
    expect(await prepare(place('broken'), raw)).toMatchObject({ prepared: 2, skippedItems: 1, skippedFrames: 3 });
    const dataset = await open('broken');
    expect(dataset.length).toBe(1);
    expect((await dataset.pair(0, createNumpyRandom(0)))[0].label).toBe('A/0000');
    const lines = (await readFile(place('broken/skipped.txt'), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(
      'TRAIN/A/0000\tframes_finalpass/TRAIN/A/0000/left/0006.png\tdamaged or unsupported PNG image',
    );
    expect(lines[1]).toBe('TRAIN/B/0007\tTRAIN/B/0007\tthe list of pairs names it, the input does not hold it');
    expect(lines[2]).toMatch(
      /^TRAIN\/C\/0033\tdepths\/TRAIN\/C\/0033\/right\/0006.float3\texpected floats of the shape/,
    );
    expect(lines[3]).toBe('TRAIN/C/0033\tintrinsics/TRAIN/C/0033/0007.float3\tno such file');
  });

  it('refuses another dataset in one line', async () => {
    const options = { asOriginal: false, pairs: rawFixture('staticthings3d/staticthings_pairs.npy') };
    const run = { input: rawFixture('co3d'), output: place('none'), workers: 0, options };
    await expect(runPreparation(staticThings3dPreparation, run)).rejects.toThrow(
      'expected StaticThings3D with depths/TRAIN/<scene>/<sequence> of the 3 scenes that staticthings_pairs.npy names, found ',
    );
  });
});
