import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { runPreparation } from '#prepare/datasets/run-preparation.ts';
import { wildRgbdPreparation } from '#prepare/datasets/wildrgbd.ts';
import { createNumpyRandom } from '#tensor/random.ts';
import { openPublished } from '#test/data/published/fixture.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { contentsOf, expectSameWorld, expectTrueDepth, rawFixture } from './raw-fixture.ts';

const place = useTemporaryFolder();

function prepare(output: string, options = {}, input = rawFixture('wildrgbd')) {
  return runPreparation(wildRgbdPreparation, { input, output, workers: 0, options: { imgSize: 64, ...options } });
}

async function list(folder: string, split: string) {
  return JSON.parse(await readFile(`${folder}/selected_seqs_${split}.json`, 'utf8'));
}

describe('prepare/datasets/wildrgbd: wildRgbdPreparation', () => {
  beforeAll(async () => {
    expect(await prepare(place('whole'))).toMatchObject({ prepared: 2, skippedItems: 0, skippedFrames: 0 });
  });

  it('trains on what both lists train on, and tests on the rest', async () => {
    const frames = [0, 1, 2, 3, 4, 5];
    expect(await list(place('whole'), 'train')).toEqual({ backpack: { 'scenes/scene_000': frames } });
    expect(await list(place('whole'), 'test')).toEqual({ truck: { 'scenes/scene_012': frames } });
    expect(await prepare(place('few'), { testNumSequencesPerObject: 0 })).toMatchObject({ prepared: 1 });
    expect(await list(place('few'), 'test')).toEqual({});
  });

  it.each([
    ['train', 'table', [66, 48]],
    ['test', 'street', [49, 64]],
  ] as const)('is loaded with the depth of the scene that was rendered: %s', async (split, scene, size) => {
    const dataset = await openPublished(`WildRGBD(ROOT='${place('whole')}', split='${split}', mask_bg=False)`);
    const [first, second] = await dataset.pair(0, createNumpyRandom(3));
    for (const view of [first, second]) {
      expect([view.camera.width, view.camera.height]).toEqual(size);
      expectTrueDepth(view, [scene, Number(view.instance.slice(-5))]);
    }
    expectSameWorld(first, second);
  });

  it('takes 100 frames of a longer film, at equal distances', async () => {
    const raw = place('long');
    await cp(rawFixture('wildrgbd/backpack'), `${raw}/backpack`, { recursive: true });
    const scene = `${raw}/backpack/scenes/scene_000`;
    const [pose] = (await readFile(`${scene}/cam_poses.txt`, 'utf8')).split('\n');
    const rows = Array.from({ length: 151 }, (_, i) => pose?.replace(/^\S+/, String(i)));
    await writeFile(`${scene}/cam_poses.txt`, rows.join('\n'));
    await prepare(place('hundred'), {}, raw);
    const record = JSON.parse(await readFile(place('hundred/backpack/scenes/scene_000/prepared.json'), 'utf8'));
    expect(record.facts.train).toEqual([0, 2, 3, 5]); // numpy.round(numpy.linspace(0, 150, 100)), of those that are there
    expect(record.skipped).toHaveLength(96);
    expect(record.skipped[0].file).toBe('backpack/scenes/scene_000/rgb/00006.png');
    expect(record.skipped.at(-1).file).toBe('backpack/scenes/scene_000/rgb/00150.png');
  });

  it('leaves out what is broken, and lists it', async () => {
    const raw = place('raw');
    await cp(rawFixture('wildrgbd'), raw, { recursive: true });
    const [backpack, truck] = [`${raw}/backpack/scenes/scene_000`, `${raw}/truck/scenes/scene_012`];
    const poses = await readFile(`${backpack}/cam_poses.txt`, 'utf8');
    await writeFile(`${backpack}/cam_poses.txt`, poses.replace(/^(1\.0\S+) \S+/m, '$1 nan'));
    await writeFile(`${truck}/metadata`, '{"w": 48, "h": 64}');
    expect(await prepare(place('broken'), {}, raw)).toMatchObject({ prepared: 1, skippedItems: 1, skippedFrames: 1 });
    const lines = (await readFile(place('broken/skipped.txt'), 'utf8')).trim().split('\n');
    expect(lines).toEqual([
      'backpack/scenes/scene_000\tbackpack/scenes/scene_000/cam_poses.txt\tframe 1: the pose is not finite: tracking was lost',
      'truck/scenes/scene_012\ttruck/scenes/scene_012/metadata\texpected K to be a list of 9 numbers, found something else',
    ]);
    await rm(`${raw}/truck/nvs_list.json`);
    expect(await prepare(place('lists'), {}, raw)).toMatchObject({ prepared: 1, skippedItems: 1 });
    expect(await readFile(place('lists/skipped.txt'), 'utf8')).toContain('truck\ttruck/nvs_list.json\tno such file');
  });

  it('gives the same bytes in worker threads', async () => {
    const run = { input: rawFixture('wildrgbd'), options: { imgSize: 64 } };
    await runPreparation(wildRgbdPreparation, { ...run, output: place('threads'), workers: 3 });
    expect(await contentsOf(place('threads'))).toEqual(await contentsOf(place('whole')));
  });

  it('says what it expected where the input is another folder', async () => {
    await expect(prepare(place('no'), {}, rawFixture('co3d'))).rejects.toThrow(
      /expected WildRGB-D with <category>\/camera_eval_list\.json, found apple, bench$/,
    );
  });
});
