import { cp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readNpzNumbers } from '#data/published/stored-numbers.ts';
import { readDepthPng } from '#data/rgbd-layouts/depth-png.ts';
import { co3dPreparation } from '#prepare/datasets/co3d.ts';
import { runPreparation } from '#prepare/datasets/run-preparation.ts';
import { createNumpyRandom } from '#tensor/random.ts';
import { openPublished } from '#test/data/published/fixture.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { contentsOf, expectSameWorld, expectTrueDepth, rawFixture } from './raw-fixture.ts';

const place = useTemporaryFolder();
const apple = 'apple/110_13051_23361';
const bench = 'bench/415_57112_110099';
const frames = { table: [1, 3, 4, 6, 8, 9, 11, 13], street: [2, 4, 6, 8, 10, 12, 14, 16] };

function prepare(output: string, options = {}, input = rawFixture('co3d')) {
  return runPreparation(co3dPreparation, { input, output, workers: 0, options: { imgSize: 64, ...options } });
}

async function list(folder: string, split: string) {
  return JSON.parse(await readFile(`${folder}/selected_seqs_${split}.json`, 'utf8'));
}

describe('prepare/datasets/co3d: co3dPreparation', () => {
  beforeAll(async () => {
    expect(await prepare(place('whole'))).toMatchObject({ prepared: 2, kept: 0, skippedItems: 0, skippedFrames: 0 });
  });

  it('lists the frames of good sequences by the numbers in the names of their files', async () => {
    expect(await list(place('whole'), 'train')).toEqual({
      apple: { '110_13051_23361': [1, 3, 4, 6, 8, 9] },
      bench: { '415_57112_110099': [2, 4, 6, 8, 10, 12] },
    });
    expect(await list(place('whole'), 'test')).toEqual({ bench: { '415_57112_110099': [14, 16] } });
    await prepare(place('subset'), { singleSequenceSubset: true });
    expect(await list(place('subset'), 'train')).toEqual({
      apple: { '110_13051_23361': [1, 4, 8, 11] },
      bench: { '415_57112_110099': [2, 6, 10, 14] },
    });
  });

  it('is loaded with the depth of the scenes that were rendered, in both orientations', async () => {
    const dataset = await openPublished(`Co3d(ROOT='${place('whole')}', mask_bg=False)`);
    expect(dataset.length).toBe(2 * 495);
    for (const [sequence, scene] of (['table', 'street'] as const).entries()) {
      const [first, second] = await dataset.pair(495 * sequence, createNumpyRandom(2));
      expect(first.instance).not.toBe(second.instance);
      for (const view of [first, second]) {
        expect([view.camera.width, view.camera.height]).toEqual(scene === 'table' ? [64, 49] : [48, 66]);
        expectTrueDepth(view, [scene, frames[scene].indexOf(Number(view.instance.slice(-6)))]);
      }
      expectSameWorld(first, second);
    }
  });

  it('scales intrinsics with the pixels; the principal point is counted from the centre of the first', async () => {
    const camera = async (folder: string) => {
      const shapes = { camera_intrinsics: [3, 3], maximum_depth: [] };
      const { camera_intrinsics: K, maximum_depth } = await readNpzNumbers(
        place(`${folder}/${apple}/images/frame000001.npz`),
        shapes,
      );
      return { K: Array.from(K), farthest: maximum_depth[0] };
    };
    // The true one is f = (61.5, 62), c = (32.3, 23.2). About (33, 24) from the corner 62 × 48 pixels remain: 64 × 49.
    const scale = 64 / 62 + 1e-8;
    const { K, farthest } = await camera('whole');
    const centre = (c: number, from: number, to: number) => (c + 0.5) * scale - (from * scale - to) / 2 - 0.5;
    const expected = [61.5 * scale, 0, centre(32.3 - 2, 62, 64), 0, 62 * scale, centre(23.2, 48, 49), 0, 0, 1];
    for (const [i, value] of expected.entries()) expect(K[i]).toBeCloseTo(value, 4);
    const { values } = await readDepthPng(place(`whole/${apple}/depths/frame000001.jpg.geometric.png`));
    expect(Math.max(...values)).toBe(65_535);
    expect(farthest).toBeGreaterThan(0.5);

    await prepare(place('original'), { asOriginal: true, category: 'apple' });
    const original = await camera('original');
    expect(original.K[2]).toBeCloseTo((K[2] as number) + 0.5 * scale, 4);
    expect(original.K[5]).toBeCloseTo((K[5] as number) + 0.5 * scale, 4);
  });

  it('gives the same bytes in worker threads, and when it is gone on with', async () => {
    const whole = await contentsOf(place('whole'));
    const run = { input: rawFixture('co3d'), options: { imgSize: 64 } };
    await runPreparation(co3dPreparation, { ...run, output: place('threads'), workers: 2 });
    expect(await contentsOf(place('threads'))).toEqual(whole);

    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => done >= 9 && stop.abort(new Error('enough'));
    const stopped = runPreparation(co3dPreparation, {
      ...{ ...run, output: place('stopped'), workers: 0 },
      ...{ onProgress, signal: stop.signal },
    });
    await expect(stopped).rejects.toThrow('enough');
    expect(Object.keys(await contentsOf(place('stopped'))).some((path) => path.startsWith('bench'))).toBe(false);
    expect(await prepare(place('stopped'))).toMatchObject({ prepared: 1, kept: 1 });
    expect(await contentsOf(place('stopped'))).toEqual(whole);
  });

  it('adds categories to an output, and refuses other settings by name', async () => {
    await prepare(place('parts'), { category: 'bench' });
    expect(await list(place('parts'), 'train')).toEqual({ bench: { '415_57112_110099': [2, 4, 6, 8, 10, 12] } });
    await prepare(place('parts'), { category: 'apple' });
    expect(await contentsOf(place('parts'))).toEqual(await contentsOf(place('whole')));
    await expect(prepare(place('parts'), { imgSize: 32 })).rejects.toThrow(
      '--img-size was 64 when it was prepared, now 32; name another output folder',
    );
  });

  it('leaves out frames that are broken, and lists them', async () => {
    const raw = place('raw');
    await cp(rawFixture('co3d'), raw, { recursive: true });
    await truncate(`${raw}/${apple}/images/frame000003.jpg`, 500);
    await rm(`${raw}/${apple}/depths/frame000004.jpg.geometric.png`);
    await cp(`${raw}/${bench}/masks/frame000002.png`, `${raw}/${apple}/masks/frame000006.png`);
    await rm(`${raw}/${bench}/images`, { recursive: true });
    const report = await prepare(place('broken'), {}, raw);
    expect(report).toMatchObject({ prepared: 1, skippedItems: 1, skippedFrames: 3 });
    expect(await list(place('broken'), 'train')).toEqual({ apple: { '110_13051_23361': [1, 8, 9] } });
    const lines = (await readFile(place('broken/skipped.txt'), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(12);
    expect(lines[0]).toBe(`${apple}\t${apple}/depths/frame000004.jpg.geometric.png\tno such depth file`);
    expect(lines[1]).toMatch(`${apple}\t${apple}/images/frame000003.jpg\tdamaged or unsupported JPEG image`);
    expect(lines[2]).toMatch(
      `${apple}\t${apple}/masks/frame000006.png\texpected 64 × 48 pixels as in ${raw}/${apple}/images/frame000006.jpg, found 48 × 64`,
    );
    expect(lines[3]).toBe(`${bench}\t${bench}\tno frame could be prepared`);
  });

  it('leaves out categories whose annotations are broken, and lists them', async () => {
    const raw = place('annotations');
    await cp(rawFixture('co3d'), raw, { recursive: true });
    await truncate(`${raw}/apple/frame_annotations.jgz`, 300);
    expect(await prepare(place('half'), {}, raw)).toMatchObject({ prepared: 1, skippedItems: 1 });
    expect(await readFile(place('half/skipped.txt'), 'utf8')).toMatch(
      /^apple\tapple\/frame_annotations\.jgz\tdamaged, it cannot be decompressed: unexpected end of file\n$/,
    );
    await writeFile(`${raw}/bench/frame_annotations.jgz`, gzipSync('{"image": 1}'));
    await expect(prepare(place('none'), {}, raw)).rejects.toThrow(
      /^prepare co3d: \S+: found nothing to prepare: apple\/frame_annotations\.jgz: damaged.*, and 1 more like this$/,
    );
  });

  it('never writes outside the output, whatever names the annotations give', async () => {
    const raw = place('names');
    await cp(rawFixture('co3d'), raw, { recursive: true });
    const path = `${raw}/apple/set_lists/set_lists_fewview_train.json`;
    const entry = ['../../outside', 0, `${apple}/images/frame000001.jpg`];
    await writeFile(path, JSON.stringify({ train: [entry] }));
    const sequence = { sequence_name: '../../outside', viewpoint_quality_score: 2 };
    await writeFile(`${raw}/apple/sequence_annotations.jgz`, gzipSync(JSON.stringify([sequence])));
    await expect(prepare(place('escaped'), {}, raw)).rejects.toThrow(/^apple\/..\/..\/outside: expected the name of/);
  });

  it('says what it expected where the input is another folder', async () => {
    await expect(prepare(place('no'), {}, rawFixture('wildrgbd'))).rejects.toThrow(
      `prepare co3d: ${rawFixture('wildrgbd')}: expected CO3D v2 with <category>/frame_annotations.jgz, found backpack, truck`,
    );
    await expect(prepare(place('no'), { category: 'pear' })).rejects.toThrow(
      /expected CO3D v2 with pear\/frame_annotations\.jgz, found apple, bench$/,
    );
    await expect(prepare(place('no'), {}, place('nowhere'))).rejects.toThrow(/nowhere: no such folder; see datasets/);
    await expect(prepare(rawFixture('wildrgbd'))).rejects.toThrow(
      /expected an empty folder, or one that an earlier run prepared, found backpack, truck; name another/,
    );
  });
});
