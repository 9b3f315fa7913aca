import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { composeTransforms, identityTransform, invertRigid } from '#geometry/rigid.ts';
import { checkFolder } from '#prepare/check/check-folder.ts';
import type { CheckItem } from '#prepare/check/check-report.ts';
import { writeCheck } from '#prepare/check/write-check.ts';
import { writePosedRgbd, writePoses, writeTum } from '#test/data/rgbd-folder.ts';
import { roomWalk } from '#test/data/room.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const path = useTemporaryFolder();
const walk = roomWalk(10);
const poses = walk.map(({ camToWorld }) => camToWorld);
const openGl = identityTransform().map((value, i) => (i === 5 || i === 10 ? -value : value));
const moved = (factor: number) =>
  poses.map((pose) => pose.map((value, i) => (i % 4 === 3 && i < 12 ? factor * value : value)));

async function items(folder: string, options = {}): Promise<Record<string, CheckItem>> {
  const { report } = await checkFolder(folder, options);
  return Object.fromEntries(report.sequences.flatMap((sequence) => sequence.items).map((item) => [item.name, item]));
}

async function fresh(name: string): Promise<string> {
  await writePosedRgbd(path(name), walk);
  return path(name);
}

beforeAll(() => writePosedRgbd(path('good'), walk));

describe('prepare/check: checkFolder', () => {
  it('finds nothing wrong with a sound folder, and says what it measured', async () => {
    const { report, samples } = await checkFolder(path('good'));
    expect(report.verdict).toBe('ok');
    const [sequence] = report.sequences;
    expect(sequence?.agreement?.median).toBeLessThan(2e-4);
    expect(sequence?.agreement?.within5).toBeGreaterThan(0.95);
    expect(sequence?.overlaps.reduce((a, b) => a + b)).toBeGreaterThan(20);
    expect(samples.length).toBeGreaterThan(5);
  });

  it.each([
    ['inverse poses', poses.map(invertRigid), /world-to-camera with OpenCV axes, in/, /^invert the matrices\./],
    [
      'OpenGL axes',
      poses.map((pose) => composeTransforms(pose, openGl)),
      /camera-to-world with OpenGL axes/,
      /^negate the second and third column/,
    ],
    [
      'inverse poses with OpenGL axes',
      poses.map((pose) => invertRigid(composeTransforms(pose, openGl))),
      /world-to-camera with OpenGL axes/,
      /^invert the matrices; negate/,
    ],
    [
      'positions in millimetres',
      moved(1000),
      /positions multiplied by 0\.001/,
      /they seem to be millimetres.*depth_scale=1\b/,
    ],
    ['positions in units of 5 m', moved(0.2), /positions multiplied by 5/, /depth_scale=0\.0002/],
  ])('tells %s', async (name, changed, found, advice) => {
    const folder = await fresh(name);
    await writePoses(folder, changed);
    const item = (await items(folder))['pose convention'];
    expect(item).toMatchObject({
      verdict: 'error',
      found: expect.stringMatching(found),
      advice: expect.stringMatching(advice),
    });
  });

  it('tells when the poses cannot be told', async () => {
    await writePosedRgbd(
      path('still'),
      [walk[0], walk[0], walk[0], walk[0]].filter((camera) => camera !== undefined),
    );
    expect((await items(path('still')))['pose convention']).toMatchObject({
      verdict: 'warning',
      found: expect.stringMatching(/about as well as world-to-camera/),
    });
  });

  it('tells a depth unit that no room has', async () => {
    expect((await items(path('good'), { depthScale: 1 }))['units']).toMatchObject({
      verdict: 'error',
      found: expect.stringMatching(/median \d{4} m, at 1 m a step/),
    });
    expect((await items(path('good'), { depthScale: 1e-6 }))['units']).toMatchObject({ verdict: 'error' });
  });

  it('tells an intrinsic matrix of another size', async () => {
    const doubled = { focalPx: [80, 80], principalPx: [63.5, 47.5] } as const;
    expect((await items(path('good'), { intrinsics: doubled }))['intrinsics']).toMatchObject({
      verdict: 'error',
      advice: expect.stringMatching(/an image 2\.00 times as large/),
    });
    const off = { focalPx: [40, 40], principalPx: [31.5, 70] } as const;
    expect((await items(path('good'), { intrinsics: off }))['intrinsics']).toMatchObject({
      verdict: 'error',
      advice: expect.stringMatching(/outside/),
    });
  });

  it('tells missing and damaged files by name', async () => {
    const folder = await fresh('damaged');
    await rm(join(folder, 'depth', '0002.png'));
    await truncate(join(folder, 'depth', '0005.png'), 60);
    await writeFile(join(folder, 'images', '0007.png'), 'no image');
    expect((await items(folder))['files']).toEqual({
      name: 'files',
      verdict: 'error',
      found: '3 of 10 frames have a missing or damaged file',
      advice: 'repair or remove them; training leaves these frames out',
      files: [
        expect.stringMatching(/0002\.png: no such depth file$/),
        expect.stringMatching(/0005\.png: damaged/),
        expect.stringMatching(/0007\.png: not an image/),
      ],
    });
  });

  it('goes on past images that are damaged behind their headers, and lists every one', async () => {
    const folder = await fresh('cut');
    const cut = ['0001.png', '0003.png', '0004.png', '0008.png'];
    for (const name of cut) await truncate(join(folder, 'images', name), 200);
    const { report } = await checkFolder(folder);
    const [sequence] = report.sequences;
    expect(sequence?.items[0]).toMatchObject({
      verdict: 'error',
      files: cut.map((name) => expect.stringContaining(`cut/images/${name}: damaged`)),
    });
    expect(sequence).toMatchObject({ frames: 6, agreement: { pairs: expect.any(Number) } });
  });

  it('tells poses that are no rigid transforms, and lost ones', async () => {
    const folder = await fresh('poses');
    await writePoses(
      folder,
      poses.map((pose, i) => (i === 4 ? pose.map((value) => 2 * value) : pose)),
    );
    expect((await items(folder))['poses']).toMatchObject({
      verdict: 'error',
      found: expect.stringMatching(/^1 poses are no rigid transforms: .*row 5/),
    });
    await writePoses(
      folder,
      poses.map((pose, i) => (i === 4 ? pose.map(() => Number.NaN) : pose)),
    );
    expect((await items(folder))['poses']).toMatchObject({
      verdict: 'warning',
      found: expect.stringMatching(/row 5: the pose is not finite/),
    });
  });

  it('tells poses of other images by the depth, which then disagrees', async () => {
    const folder = await fresh('shuffled');
    await writePoses(
      folder,
      [...poses.slice(5), ...poses.slice(0, 5)].map((pose, i) => (i % 2 ? pose : invertRigid(pose))),
    );
    const { report } = await checkFolder(folder);
    expect(report.verdict).toBe('error');
  });

  it('looks at every sequence of a folder', async () => {
    await writePosedRgbd(path('several/a'), walk);
    await writeTum(path('several/fr1_b'), walk);
    const { report } = await checkFolder(path('several'), {
      intrinsics: { focalPx: [40, 40], principalPx: [31.5, 23.5] },
    });
    expect(
      report.sequences.map(({ label, layout, items: all }) => [
        label,
        layout,
        all.every(({ verdict }) => verdict === 'ok'),
      ]),
    ).toEqual([
      ['a', 'posed-rgbd', true],
      ['fr1_b', 'tum', true],
    ]);
  });

  it('ends when it is told to', async () => {
    await expect(checkFolder(path('good'), { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});

describe('prepare/check: writeCheck', () => {
  it('writes a report and a page that holds its pictures and no foreign text as HTML', async () => {
    await writePosedRgbd(path('<img src=x>'), walk.slice(0, 4));
    const checked = await checkFolder(path('<img src=x>'));
    const [page, report] = (await writeCheck(path('out'), checked)) as [string, string];
    const html = await readFile(page, 'utf8');
    expect(html.match(/data:image\/jpeg;base64,\/9j\//g)).toHaveLength(6 * checked.samples.length);
    expect(html).toContain('&lt;img src=x&gt;');
    expect(html).not.toContain('<img src=x>');
    expect(JSON.parse(await readFile(report, 'utf8'))).toEqual(checked.report);
  });
});
