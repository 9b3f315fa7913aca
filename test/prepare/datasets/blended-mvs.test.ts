import { cp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readNpy } from '#formats/npy.ts';
import { npyRecords } from '#formats/npy-array.ts';
import { blendedMvsPreparation } from '#prepare/datasets/blended-mvs.ts';
import { runPreparation } from '#prepare/datasets/run-preparation.ts';
import { createNumpyRandom } from '#tensor/random.ts';
import { openPublished, type SceneName } from '#test/data/published/fixture.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { contentsOf, expectSameWorld, expectTrueDepth, rawFixture } from './raw-fixture.ts';
import { expectEnlargedPoints, type RenderedFrame, readTruth } from './rendered-points.ts';

const place = useTemporaryFolder();
const truth = readTruth<Record<SceneName, readonly RenderedFrame[]>>();
const [table, street] = ['5a0271884e62597cdee0d0eb', '00000b5d00000000000003e8'] as const;

function prepare(output: string, { input = rawFixture('blendedmvs'), asOriginal = false, workers = 0 } = {}) {
  return runPreparation(blendedMvsPreparation, { input, output, workers, options: { asOriginal } });
}

const open = (folder: string, split: string) => openPublished(`BlendedMVS(split='${split}', ROOT='${place(folder)}')`);

describe('prepare/datasets/blended-mvs: blendedMvsPreparation', () => {
  beforeAll(async () => {
    expect(await prepare(place('whole'))).toMatchObject({ prepared: 2, skippedItems: 1, skippedFrames: 0 });
  });

  it('is loaded with the points that were rendered, at 512 × 384 and what covers it', async () => {
    for (const [split, scene, first, size] of [
      ['train', 'table', 0, [512, 384]],
      ['val', 'street', 4, [512, 682]],
    ] as const) {
      const dataset = await open('whole', split);
      expect(dataset.length).toBe(3);
      const views = await dataset.pair(1, createNumpyRandom(0));
      for (const [v, view] of views.entries()) {
        const frame = first + 2 * v;
        expect([view.camera.width, view.camera.height]).toEqual(size);
        expectTrueDepth(view, [scene, frame]);
        expectEnlargedPoints(view, truth[scene][frame] as RenderedFrame);
      }
      expectSameWorld(...views);
    }
  });

  it('takes the photographs without masks, and keeps unknown depth unknown', async () => {
    const [view] = await (await open('whole', 'val')).pair(0, createNumpyRandom(0));
    expect(view.image.data.some((value) => value > 100)).toBe(true);
    expect(view.depth.some((z) => z === 0)).toBe(true);
  });

  it('lists the pairs of prepared images only, in records of the same type', async () => {
    const readList = async (path: string) => npyRecords(await readNpy(path), path);
    const before = await readList(rawFixture('blendedmvs/blendedmvs_pairs.npy'));
    const after = await readList(place('whole/blendedmvs_pairs.npy'));
    expect(before.shape).toEqual([7]);
    expect(after.shape).toEqual([6]);
    expect([...after.fields.keys()]).toEqual([...before.fields.keys()]);
    expect(await readFile(place('whole/skipped.txt'), 'utf8')).toBe(
      '5bfc9d5aec61ca1dd69132a3\t5bfc9d5aec61ca1dd69132a3\tthe list of pairs names it, the input does not hold it\n',
    );
  });

  it('gives the same bytes in worker threads', async () => {
    await prepare(place('threads'), { workers: 2 });
    expect(await contentsOf(place('threads'))).toEqual(await contentsOf(place('whole')));
  });

  it('takes the depth half a pixel off as the original does, if it is told to', async () => {
    await prepare(place('original'), { asOriginal: true });
    const view = async (folder: string, split: string) =>
      (await (await open(folder, split)).pair(0, createNumpyRandom(0)))[0];
    // Eight pixels show one of 64 × 48: the same of them either way. Of 682 rows over 64, some differ.
    for (const [split, isSame] of [
      ['train', true],
      ['val', false],
    ] as const) {
      const [ours, original] = [await view('whole', split), await view('original', split)];
      expect(original.camera).toEqual(ours.camera);
      expect(Buffer.compare(Buffer.from(original.depth.buffer), Buffer.from(ours.depth.buffer)) === 0).toBe(isSame);
    }
  });

  it('finds sequences in folders below, as the parts of the download are', async () => {
    const raw = place('parts');
    await cp(rawFixture('blendedmvs'), `${raw}/BlendedMVS+`, { recursive: true });
    await rename(`${raw}/BlendedMVS+/${table}`, `${raw}/${table}`);
    await rename(`${raw}/BlendedMVS+/blendedmvs_pairs.npy`, `${raw}/blendedmvs_pairs.npy`);
    await prepare(place('from-parts'), { input: raw });
    expect((await readdir(place('from-parts'))).sort()).toEqual((await readdir(place('whole'))).sort());
  });

  it('leaves out images that are broken, and lists them', async () => {
    const raw = place('raw');
    await cp(rawFixture('blendedmvs'), raw, { recursive: true });
    await truncate(`${raw}/${table}/rendered_depth_maps/00000003.pfm`, 3000);
    await writeFile(`${raw}/${street}/cams/00000000_cam.txt`, 'extrinsic\n1 0 0 0\n');
    await rm(`${raw}/${street}/blended_images/00000003.jpg`);
    expect(await prepare(place('broken'), { input: raw })).toMatchObject({
      prepared: 2,
      skippedItems: 1,
      skippedFrames: 3,
    });
    expect((await open('broken', 'train')).length).toBe(1);
    await expect(open('broken', 'val')).rejects.toThrow('expected a dataset of at least one pair, got 0');
    const lines = (await readFile(place('broken/skipped.txt'), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe(`${street}\t${street}/blended_images/00000003.jpg\tno such image file`);
    expect(lines[1]).toBe(
      `${street}\t${street}/cams/00000000_cam.txt\texpected "extrinsic" with 16 numbers and "intrinsic" with 9, found something else`,
    );
    expect(lines[2]).toMatch(`${table}\t${table}/rendered_depth_maps/00000003.pfm\texpected 1 × 64 × 48 floats`);
  });

  it('says what is missing: the list of pairs, or all sequences', async () => {
    const raw = place('without-pairs');
    await cp(rawFixture('blendedmvs'), raw, { recursive: true });
    await rm(`${raw}/blendedmvs_pairs.npy`);
    await expect(prepare(place('none'), { input: raw })).rejects.toThrow(
      `${raw}/blendedmvs_pairs.npy: expected the released list of pairs, found none; download https://download.europe.naverlabs.com/ComputerVision/DUSt3R/blendedmvs_pairs.npy, or give --pairs`,
    );
    await expect(
      runPreparation(blendedMvsPreparation, {
        ...{ input: rawFixture('co3d'), output: place('none'), workers: 0 },
        options: { asOriginal: false, pairs: rawFixture('blendedmvs/blendedmvs_pairs.npy') },
      }),
    ).rejects.toThrow(
      /^prepare blendedmvs: \S+: expected BlendedMVS with <sequence>\/rendered_depth_maps of the 3 scenes that blendedmvs_pairs.npy names, found /,
    );
  });
});
