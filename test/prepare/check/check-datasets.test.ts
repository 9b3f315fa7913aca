import { cp, readdir, rm, truncate } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import type { RawView } from '#data/view.ts';
import type { Matrix4 } from '#geometry/camera.ts';
import { composeTransforms, identityTransform, invertRigid } from '#geometry/rigid.ts';
import { checkDatasets, type DatasetsOptions } from '#prepare/check/check-datasets.ts';
import type { CheckItem } from '#prepare/check/check-report.ts';
import { fixturePath } from '#test/data/published/fixture.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { changedTypes } from './changed-dataset.ts';

const path = useTemporaryFolder();
const arkit = `ARKitScenes(ROOT='${fixturePath('arkitscenes')}', resolution=32)`;
const openGl = identityTransform().map((value, i) => (i === 5 || i === 10 ? -value : value));

async function items(expression: string, options: DatasetsOptions = {}): Promise<Record<string, CheckItem>> {
  const { report } = await checkDatasets(expression, options);
  return Object.fromEntries(report.datasets.flatMap((dataset) => dataset.items).map((item) => [item.name, item]));
}

const posed = (change: (pose: Matrix4) => Matrix4) => (view: RawView) => ({
  ...view,
  camera: { ...view.camera, camToWorld: change(view.camera.camToWorld) },
});

describe('prepare/check: checkDatasets', () => {
  it.each([
    // The films here have few frames, so that the frames of most pairs are too near each other to tell.
    ["Co3d(split='train', mask_bg='rand'", 'co3d', { pairs: 990, verdict: 'warning' }],
    ["WildRGBD(split='train'", 'wildrgbd', { pairs: 990, verdict: 'warning' }],
    ["ARKitScenes(split='train'", 'arkitscenes', { pairs: 12, verdict: 'ok' }],
    ["ScanNetpp(split='train'", 'scannetpp', { pairs: 12, verdict: 'ok' }],
    ["BlendedMVS(split='train'", 'blendedmvs', { pairs: 9, verdict: 'ok' }],
    ["MegaDepth(split='train'", 'megadepth', { pairs: 6, verdict: 'ok' }],
    ['StaticThings3D(split=None', 'staticthings3d', { pairs: 12, verdict: 'ok' }],
    ['Waymo(split=None', 'waymo', { pairs: 12, verdict: 'ok' }],
  ])('finds that the pairs of %s, …) agree in depth', async (call, folder, { pairs, verdict }) => {
    const root = `${call}, ROOT='${fixturePath(folder)}', resolution=32)`;
    const { report, samples } = await checkDatasets(root, { pairs: 12 });
    const [dataset] = report.datasets;
    const tested = Math.min(12, pairs);
    expect(report).toMatchObject({ root, verdict, sequences: [] });
    expect(dataset).toMatchObject({ pairs, tested, frames: 2 * tested, agreement: { pairs: tested } });
    expect(dataset?.agreement?.median).toBeLessThan(0.002);
    expect(dataset?.agreement?.within5).toBeGreaterThan(0.94);
    const unsure = dataset?.items.filter((item) => item.verdict !== 'ok').map(({ name }) => name);
    expect(unsure).toEqual(verdict === 'ok' ? [] : ['pose convention']);
    expect(samples).toHaveLength(tested);
  });

  it('says that few pairs cannot tell how poses are meant', async () => {
    const found = await items(`Habitat(1_000_000, ROOT='${fixturePath('habitat')}')`);
    expect(found['pose convention']).toMatchObject({ verdict: 'warning', advice: expect.stringMatching(/too few/) });
    expect(found['reprojection']).toMatchObject({ verdict: 'ok' });
  });

  it.each([
    ['inverse poses', posed(invertRigid), /world-to-camera with OpenCV axes, in/, /^invert the matrices\./],
    [
      'OpenGL axes',
      posed((pose) => composeTransforms(pose, openGl)),
      /camera-to-world with OpenGL axes/,
      /^negate the second and third column/,
    ],
    [
      'positions in millimetres',
      posed((pose) => pose.map((value, i) => (i % 4 === 3 && i < 12 ? 1000 * value : value))),
      /positions multiplied by 0\.001/,
      /^multiply the positions by 0\.001 \(they seem to be millimetres\), or the depth by 1000\./,
    ],
    [
      'depth in millimetres',
      (view: RawView) => ({ ...view, depth: view.depth.map((z) => 1000 * z) }),
      /positions multiplied by 1000/,
      /or the depth by 0\.001\. Poses have to be .* in the depth's unit$/,
    ],
  ])('tells %s', async (_, change, found, advice) => {
    const { 'pose convention': item } = await items(arkit, { types: changedTypes('ARKitScenes', change) });
    expect(item).toMatchObject({
      verdict: 'error',
      found: expect.stringMatching(found),
      advice: expect.stringMatching(advice),
    });
  });

  it('minds a unit that is hardly metres, though poses and depth agree in it', async () => {
    const longer = posed((pose) => pose.map((value, i) => (i % 4 === 3 && i < 12 ? 1000 * value : value)));
    const types = changedTypes('ARKitScenes', (view) => longer({ ...view, depth: view.depth.map((z) => 1000 * z) }));
    expect(await items(arkit, { types })).toMatchObject({
      units: { verdict: 'warning', found: expect.stringMatching(/^depth 75\d to 7\d{3}, median \d{4}$/) },
      'pose convention': { verdict: 'ok' },
    });
  });

  it('tells depth that is off by what it is off', async () => {
    const types = changedTypes('ARKitScenes', (view, number) => ({
      ...view,
      depth: view.depth.map((z) => (number === 1 ? 1.04 * z : z)),
    }));
    const { report } = await checkDatasets(arkit, { types });
    expect(report.datasets[0]?.agreement?.median).toBeCloseTo(0.04, 2);
    expect(report.datasets[0]?.items).toContainEqual(
      expect.objectContaining({ name: 'reprojection', verdict: 'warning' }),
    );
  });

  it('finds an error where no pair overlaps', async () => {
    const away = (number: number) => (pose: Matrix4) =>
      pose.map((value, i) => (i === 3 && number === 1 ? value + 50 : value));
    const types = changedTypes('ARKitScenes', (view, number) => posed(away(number))(view));
    expect(await items(arkit, { types })).toMatchObject({
      reprojection: { verdict: 'error', found: expect.stringMatching(/no two frames/) },
      pairs: { verdict: 'error', found: '0 of 12 pairs overlap by 0.3 to 0.95, 12 by less than 0.05' },
    });
  });

  it('reports ranges of intrinsics, and those of another size', async () => {
    expect((await items(arkit))['intrinsics']).toMatchObject({
      verdict: 'ok',
      found: expect.stringMatching(
        /^focal lengths 58 to 62 px, fields of view 45 to 55°, principal points up to \d % off the centre; e\.g\. /,
      ),
    });
    const types = changedTypes('ARKitScenes', ({ camera, ...view }) => {
      const [x, y] = camera.principalPx;
      return { ...view, camera: { ...camera, focalPx: [120, 120], principalPx: [2 * x + 0.5, 2 * y + 0.5] } };
    });
    const found = await items(arkit, { types });
    expect(found['intrinsics']).toMatchObject({ verdict: 'error', advice: expect.stringMatching(/times as large/) });
    expect(found['crops']).toMatchObject({
      verdict: 'error',
      files: expect.arrayContaining([expect.stringMatching(/principal point/)]),
    });
  });

  it('goes on past files that cannot be read, and lists them', async () => {
    const root = path('arkitscenes');
    await cp(fixturePath('arkitscenes'), root, { recursive: true });
    const folder = `${root}/Training/40753679`;
    const images = (await readdir(`${folder}/vga_wide`)).sort();
    await truncate(`${folder}/vga_wide/${images[0]}`, 100);
    await rm(`${folder}/lowres_depth/${images[1]?.replace('.jpg', '.png')}`);
    const { report } = await checkDatasets(`ARKitScenes(ROOT='${root}')`);
    const [files] = report.datasets[0]?.items ?? [];
    expect(files).toMatchObject({
      name: 'files',
      verdict: 'error',
      found: expect.stringMatching(/^\d of 12 pairs have a missing or damaged file$/),
    });
    const listed = files?.files?.toSorted();
    expect(listed).toHaveLength(2);
    expect(listed?.[0]).toMatch(/lowres_depth\/.*\.png: /);
    expect(listed?.[1]).toMatch(/vga_wide\/.*\.jpg: /);
    expect(report.datasets[0]?.frames).toBeGreaterThan(8);
  });

  it('looks at every dataset of a mix, whatever its counts, each with pairs of its own', async () => {
    const scannetpp = `ScanNetpp(ROOT='${fixturePath('scannetpp')}', resolution=32)`;
    const { report } = await checkDatasets(`1_000 @ ${arkit} + 2 * ${scannetpp}`, { pairs: 4 });
    expect(report.datasets.map(({ label, tested }) => [label.replace(/\(.*/, ''), tested])).toEqual([
      ['ARKitScenes', 4],
      ['ScanNetpp', 4],
    ]);
  });

  it('draws the same pairs for the same seed, and others for another', async () => {
    const expression = `Co3d(ROOT='${fixturePath('co3d')}')`;
    const drawn = async (seed: number) => {
      const { samples } = await checkDatasets(expression, { pairs: 8, seed });
      return samples.map(({ views }) => views.map(({ instance }) => instance).join());
    };
    const first = await drawn(1);
    expect(await drawn(1)).toEqual(first);
    expect(await drawn(2)).not.toEqual(first);
  });

  it.each([
    ["Nothing(split='train')", /no dataset is called Nothing; known: Synthetic, PosedRgbd, Co3d/],
    ['Co3d(', /Python notation/],
    ["Co3d(ROOT='/absent/co3d')", /^Co3d: \/absent\/co3d: no such folder; give the folder/],
    [`Co3d(ROOT='${fixturePath('waymo')}')`, /looks like Waymo/],
  ])('refuses %s in one line', async (expression, message) => {
    await expect(checkDatasets(expression)).rejects.toThrow(message);
  });

  it('ends when it is told to', async () => {
    await expect(checkDatasets(arkit, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});
