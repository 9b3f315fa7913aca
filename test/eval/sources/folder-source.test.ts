import { cp, rm, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { openFolderSource } from '#eval/sources/folder-source.ts';
import { writePosedRgbd } from '#test/data/rgbd-folder.ts';
import { roomWalk } from '#test/data/room.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const temporary = useTemporaryFolder();
const cameras = roomWalk(8);
beforeAll(async () => {
  process.env['DUST3R_CACHE'] = temporary('cache');
  await writePosedRgbd(temporary('room'), cameras);
  await cp(temporary('room'), temporary('poses'), { recursive: true });
  await rm(temporary('poses/depth'), { recursive: true });
});

describe('eval/sources/folder-source', () => {
  it('draws pairs of a folder of posed RGB-D by overlap and seed', async () => {
    const options = { pairs: 5, overlap: [0.3, 0.9], seed: 3 } as const;
    const source = await openFolderSource(temporary('room'), options);
    expect([source.pairCount, source.sceneCount, source.hasDepth]).toEqual([5, 0, true]);
    expect(source.choice).toMatchObject({ pairs: 5, minOverlap: 0.3, maxOverlap: 0.9, seed: 3 });
    const pair = await source.pair(2);
    expect(pair.overlap).toBeGreaterThanOrEqual(0.3);
    expect(pair.overlap).toBeLessThanOrEqual(0.9);
    expect(pair.scene).toBe('room');
    const [first] = pair.views;
    const truth = cameras[Number(first.name)];
    expect([...first.camera.camToWorld]).toEqual([...(truth?.camToWorld ?? [])].map((x) => expect.closeTo(x, 9)));
    expect(first.depth).toHaveLength(64 * 48);
    const again = await openFolderSource(temporary('room'), options);
    expect((await again.pair(2)).views.map(({ name }) => name)).toEqual(pair.views.map(({ name }) => name));
  });

  it('takes scenes of overlapping frames', async () => {
    const source = await openFolderSource(temporary('room'), { scenes: 2, views: 4 });
    expect(source.sceneCount).toBe(2);
    const { views } = await source.scene(0);
    expect(views.map(({ name }) => name)).toEqual(views.map(({ name }) => name).toSorted());
    expect(views).toHaveLength(4);
  });

  it('reads a folder without depth for its poses, pairing cameras that look the same way', async () => {
    const source = await openFolderSource(temporary('poses'), { pairs: 100 });
    expect([source.hasDepth, source.pairCount]).toEqual([false, 13]);
    const { views, overlap } = await source.pair(0);
    expect([views[0].depth, overlap]).toEqual([undefined, undefined]);
    expect(views[1].camera).toMatchObject({ width: 64, height: 48, focalPx: [40, 40] });
  });

  it('takes the pairs that index.json lists', async () => {
    await writeFile(
      temporary('poses/index.json'),
      JSON.stringify({
        pairs: [
          { i: 0, j: 1 },
          { i: 0, j: 7, overlap: 0.1 },
        ],
      }),
    );
    const source = await openFolderSource(temporary('poses'));
    expect(source.pairCount).toBe(1);
    await rm(temporary('poses/index.json'));
  });

  it('keeps to the frames of a saved scene, all of them one scene', async () => {
    const source = await openFolderSource(temporary('room'), { only: (name) => Number(name) < 4 });
    expect([source.sceneCount, (await source.scene(0)).views.length]).toEqual([1, 4]);
    await expect(openFolderSource(temporary('room'), { only: () => false })).rejects.toThrow(
      /no pair of frames has an overlap from 0.3 to 1 among the photographs of the scene; frames are matched by name$/,
    );
  });

  it('says in one line what is wrong with a folder', async () => {
    await expect(openFolderSource(temporary('nowhere'))).rejects.toThrow(/nowhere: no such folder$/);
    await expect(openFolderSource(temporary('cache'))).rejects.toThrow(/no posed RGB-D frames there/);
    await expect(openFolderSource(temporary('room'), { overlap: [0.999, 1] })).rejects.toThrow(
      /room: no pair of frames has an overlap from 0.999 to 1$/,
    );
    await cp(temporary('poses'), temporary('no-poses'), { recursive: true });
    await rm(temporary('no-poses/poses.txt'));
    await expect(openFolderSource(temporary('no-poses'))).rejects.toThrow(/poses\.txt: no such file$/);
    await writeFile(temporary('no-poses/poses.txt'), '1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1\n');
    await expect(openFolderSource(temporary('no-poses'))).rejects.toThrow(
      /a pose for each of the 8 images, got 1 lines$/,
    );
  });
});
