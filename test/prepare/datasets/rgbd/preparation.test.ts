import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { openPosedRgbd } from '#data/posed-rgbd-pairs.ts';
import type { RawView } from '#data/view.ts';
import { checkFolder } from '#prepare/check/check-folder.ts';
import { createNumpyRandom } from '#tensor/random.ts';
import { compareViews } from '#test/data/published/fixture.ts';
import { compareWithTruth, type IndoorScene, indoorFrame } from '#test/prepare/datasets/indoor-fixture.ts';
import { contentsOf, rawFixture } from '#test/prepare/datasets/raw-fixture.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { prepareRgbd } from './prepare-rgbd.ts';

const place = useTemporaryFolder();

interface Source {
  readonly name: string;
  readonly key: string;
  readonly scene: IndoorScene;
  /** By the prepared images' names. */
  readonly frames: Readonly<Record<string, number>>;
  readonly size: readonly [width: number, height: number];
  /** Of the frame's depth, by the renderer: half of the points, nine tenths of them. */
  readonly depth: readonly [median: number, ninth: number];
  readonly options?: Readonly<Record<string, number>>;
}

/** What a pixel may be off: the table is seen at a slant. */
const fine = { room: [0.005, 0.02], table: [0.01, 0.03] } as const;
const sources: readonly Source[] = [
  {
    ...{ name: 'tum', key: 'rgbd_dataset_freiburg1_table', scene: 'table', size: [80, 60], depth: fine.table },
    frames: { '1305031102.175304': 0, '1305031102.215304': 1, '1305031102.255304': 2 },
  },
  {
    ...{ name: '7-scenes', key: 'chess/seq-01', scene: 'room', size: [80, 60], depth: fine.room },
    frames: { 'frame-000000': 0, 'frame-000001': 1, 'frame-000003': 3 },
  },
  {
    ...{ name: 'scannet', key: 'scene0000_00', scene: 'table', size: [40, 30], depth: [0.02, 0.05] },
    frames: { '000000': 0, '000001': 1, '000010': 3 },
  },
  {
    ...{ name: 'nerfstudio', key: 'rgbd-nerfstudio', scene: 'room', size: [80, 60], depth: [0.01, 0.03] },
    frames: { frame_00001: 0, frame_00003: 2, frame_00005: 4 },
  },
  {
    ...{
      name: 'colmap',
      key: 'rgbd-colmap',
      scene: 'table',
      size: [80, 60],
      depth: fine.table,
      options: { depthScale: 2 },
    },
    frames: { cam_IMG_0: 0, cam_IMG_1: 1, cam_IMG_3: 3 },
  },
  {
    ...{ name: 'record3d', key: 'EXR_RGBD', scene: 'room', size: [72, 60], depth: [0.01, 0.03] },
    frames: { '000000': 0, '000001': 1, '000002': 2 },
  },
];

const skipped: Readonly<Record<string, readonly string[]>> = {
  tum: [
    'depth/1305031102.345304.png\tdamaged depth PNG (vipspng: libpng read error)',
    'rgb/1305031102.295304.png\tno pose of groundtruth.txt within 0.02 s',
  ],
  '7-scenes': ['frame-000002.depth.png\tno such file'],
  scannet: ['pose/2.txt\tthe pose is not finite: tracking was lost'],
  nerfstudio: [
    'transforms.json\tframe 1 (images/frame_00002.jpg): no depth_file_path',
    'transforms.json\tframe 3, transform_matrix: expected 4 rows of 4 numbers',
  ],
  colmap: ['stereo/depth_maps/cam/IMG_2.jpg.geometric.bin\tno such file'],
  record3d: ['depth/3.exr\texpected text of at most 255 bytes at byte 195, found no end'],
};

async function viewsOf(root: string): Promise<(readonly [RawView, RawView])[]> {
  const pairs = await openPosedRgbd({ root, overlap: [0, 1], maxBroken: 0, cache: place('overlaps') });
  return Promise.all(
    Array.from(
      { length: pairs.length },
      async (_, i) => (await pairs.pair(i, createNumpyRandom(i))) as [RawView, RawView],
    ),
  );
}

describe('prepare/datasets/rgbd: rgbdPreparation', () => {
  beforeAll(async () => {
    for (const { name, options } of sources) {
      const report = await prepareRgbd(rawFixture(`rgbd-${name}`), place(name), options);
      expect(report).toMatchObject({ prepared: 1, skippedFrames: skipped[name]?.length });
    }
  });

  it.each(sources)('prepares $name: PosedRgbd shows what was rendered', async ({ name, key, ...expected }) => {
    const images = await readdir(place(`${name}/${key}/images`));
    expect(images.sort()).toEqual(Object.keys(expected.frames).map((frame) => `${frame}.jpg`));
    const pairs = await viewsOf(place(name));
    expect(pairs.length).toBe(3);
    for (const views of pairs) {
      for (const view of views) expectTrue(view, expected);
      const { share, medianDepth, medianColor } = compareViews(...views);
      expect(share).toBeGreaterThan(0.6);
      expect(medianDepth).toBeLessThan(expected.depth[0]);
      expect(medianColor).toBeLessThan(12);
    }
  });

  it.each(sources)('lists what of $name is missing or broken', async ({ name, key }) => {
    const lines = (await readFile(place(`${name}/skipped.txt`), 'utf8')).trim().split('\n');
    const isRoot = key === `rgbd-${name}`;
    const frames = lines.filter((line) => line.startsWith(`${key}\t`));
    expect(frames).toEqual(skipped[name]?.map((line) => `${key}\t${isRoot ? '' : `${key}/`}${line}`));
  });

  it('makes folders that `prepare check` finds no fault with', async () => {
    for (const name of ['tum', 'nerfstudio', 'record3d']) {
      const { report } = await checkFolder(place(name), { overlap: [0, 1] });
      expect([name, report.verdict, report.sequences.map(({ layout }) => layout)]).toEqual([
        name,
        'ok',
        ['posed-rgbd'],
      ]);
    }
  });

  it('names the recording whose depth it cannot unpack, and the way out', async () => {
    const lines = (await readFile(place('record3d/skipped.txt'), 'utf8')).split('\n');
    expect(lines).toContainEqual(
      expect.stringMatching(/^walk\.r3d\twalk\.r3d\tthe depth of a \.r3d file is compressed with LZFSE.*"EXR \+ RGB/),
    );
  });

  it('has no depth where the depth camera of ScanNet sees nothing', async () => {
    const [[view]] = (await viewsOf(place('scannet'))) as [readonly [RawView, RawView]];
    const seen = (column: number, row: number) => (view.depth[row * 40 + column] as number) > 0;
    // It sees 0.83 to each side, the photograph 0.9.
    expect([0, 1, 2, 20, 37, 38, 39].map((column) => seen(column, 15))).toEqual([
      ...[false, true, true],
      ...[true, true, true, false],
    ]);
  });

  it('writes one matrix, or one for each image where they differ', async () => {
    expect(await readFile(place('tum/rgbd_dataset_freiburg1_table/K.txt'), 'utf8')).toBe(
      '40 0 39.5\n0 40 29.5\n0 0 1\n',
    );
    expect((await readFile(place('record3d/EXR_RGBD/K.txt'), 'utf8')).split('\n')[1]).toBe('40 0 38.5 0 40 29.5 0 0 1');
  });

  it('takes every n-th of some frames, shrinks them, and forgets what is far', async () => {
    await prepareRgbd(rawFixture('rgbd-tum'), place('few'), { every: 2, frames: '0:3', size: 40, maxDepth: 1.2 });
    const [[first, second], ...more] = (await viewsOf(place('few'))) as [readonly [RawView, RawView]];
    expect(more).toEqual([]);
    expect([first.instance, second.instance].sort()).toEqual([
      expect.stringContaining('1305031102.175304'),
      expect.stringContaining('1305031102.255304'),
    ]);
    const { width, height, focalPx, principalPx } = first.camera;
    expect([width, height, ...focalPx, ...principalPx]).toEqual([40, 30, 20, 20, 19.5, 14.5]);
    expect(Math.max(...first.depth)).toBeLessThan(1.2005);
    expect(compareViews(first, second).medianDepth).toBeLessThan(0.02);
  });

  it('shrinks what is in our own layout already', async () => {
    await prepareRgbd(place('record3d'), place('again'), { size: 36 });
    const [K] = (await readFile(place('again/EXR_RGBD/K.txt'), 'utf8')).split('\n');
    expect(K).toBe('20 0 19.5 0 20 14.5 0 0 1');
    expect(await numbersOf(place('again/EXR_RGBD/poses.txt'))).toEqual(
      (await numbersOf(place('record3d/EXR_RGBD/poses.txt'))).map((value) => expect.closeTo(value, 12)),
    );
  });

  it('gives the same bytes in a worker thread', async () => {
    await prepareRgbd(rawFixture('rgbd-record3d'), place('threads'), {}, 1);
    expect(await contentsOf(place('threads'))).toEqual(await contentsOf(place('record3d')));
  });

  it('refuses other ranges of frames', async () => {
    for (const frames of ['5', '5:5', '-1:3', 'a:b'])
      await expect(prepareRgbd(rawFixture('rgbd-tum'), place(`frames${frames}`), { frames })).rejects.toThrow(
        `--frames: expected start:stop, such as 0:500, got ${frames}`,
      );
  });
});

async function numbersOf(path: string): Promise<number[]> {
  return (await readFile(path, 'utf8')).trim().split(/\s+/).map(Number);
}

function expectTrue(view: RawView, { scene, frames, size, depth }: Omit<Source, 'name' | 'key'>): void {
  const frame = Object.entries(frames).find(([name]) => view.instance.includes(name))?.[1] ?? Number.NaN;
  expect([view.camera.width, view.camera.height]).toEqual(size);
  const pose = indoorFrame(scene, frame).upright;
  // TUM's text has seven decimals.
  for (const [i, value] of view.camera.camToWorld.entries()) expect(value).toBeCloseTo(pose[i] as number, 6);
  const { seen, medianDepth, ninthDepth, medianColor } = compareWithTruth(view, scene, frame);
  expect(seen).toBeGreaterThan(0.9);
  expect(medianDepth).toBeLessThan(depth[0]);
  expect(ninthDepth).toBeLessThan(depth[1]);
  expect(medianColor).toBeLessThan(8);
}
