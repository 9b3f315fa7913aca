import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { posedRgbdLayout } from '#data/rgbd-layouts/posed-rgbd-layout.ts';
import { matrixText, writePosedRgbd, writePoses } from '#test/data/rgbd-folder.ts';
import { roomWalk } from '#test/data/room.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const path = useTemporaryFolder();
const cameras = roomWalk(4);
const poses = cameras.map(({ camToWorld }) => camToWorld);

async function fresh(name: string): Promise<string> {
  await writePosedRgbd(path(name), cameras);
  return path(name);
}

const read = (folder: string, options = {}) => posedRgbdLayout.read(folder, 'room', options);

describe('data/rgbd-layouts/posed-rgbd-layout', () => {
  it('reads frames in the order of their names, with their poses and the one matrix', async () => {
    const { frames, unusable, depth } = await read(await fresh('whole'));
    expect(frames.map(({ name }) => name)).toEqual(['0000', '0001', '0002', '0003']);
    expect(frames[2]?.intrinsics).toEqual({ focalPx: [40, 40], principalPx: [31.5, 23.5] });
    expect([...(frames[2]?.camToWorld ?? [])]).toEqual([...(poses[2] ?? [])].map((value) => expect.closeTo(value, 12)));
    expect(unusable).toEqual([]);
    expect(depth).toEqual({ scale: 0.001, none: [] });
  });

  it('reads a matrix for each image', async () => {
    const folder = await fresh('matrices');
    await writeFile(join(folder, 'K.txt'), [40, 41, 42, 43].map((f) => `${f} 0 31.5 0 ${f} 23.5 0 0 1`).join('\n'));
    expect((await read(folder)).frames.map(({ intrinsics }) => intrinsics.focalPx[0])).toEqual([40, 41, 42, 43]);
  });

  it('leaves out frames without depth or pose, and names the place', async () => {
    const folder = await fresh('holes');
    await rm(join(folder, 'depth', '0001.png'));
    await writePoses(
      folder,
      poses.map((pose, i) => (i === 3 ? pose.map(() => Number.NaN) : pose)),
    );
    const { frames, unusable } = await read(folder);
    expect(frames.map(({ name }) => name)).toEqual(['0000', '0002']);
    expect(unusable).toEqual([
      { kind: 'file', file: join(folder, 'depth', '0001.png'), reason: 'no such depth file' },
      { kind: 'tracking', file: `${join(folder, 'poses.txt')}, row 4`, reason: expect.stringMatching(/not finite/) },
    ]);
  });

  it('takes listed pairs, by the images that are left', async () => {
    const folder = await fresh('listed');
    await rm(join(folder, 'depth', '0001.png'));
    const pairs = '[{"i": 0, "j": 3, "overlap": 0.5, "ncc": NaN}, {"i": 1, "j": 2}, {"i": 3, "j": 2}]';
    await writeFile(join(folder, 'scene.json'), `{"seed": 7, "pairs": ${pairs}}`);
    const { listedPairs } = await read(folder);
    expect(listedPairs).toEqual([
      { i: 0, j: 2, overlap: 0.5 },
      { i: 2, j: 1 },
    ]);
  });

  it.each<[string, (folder: string) => Promise<unknown>, RegExp]>([
    ['a missing matrix', (folder) => rm(join(folder, 'K.txt')), /K\.txt: no such file$/],
    ['missing poses', (folder) => rm(join(folder, 'poses.txt')), /poses\.txt: no such file$/],
    ['a missing depth folder', (folder) => rm(join(folder, 'depth'), { recursive: true }), /depth: no such folder$/],
    [
      'a pose too few',
      (folder) => writePoses(folder, poses.slice(1)),
      /poses\.txt: expected a pose for each of the 4 images, .* got 3 lines$/,
    ],
    [
      'a word among numbers',
      (folder) => writeFile(join(folder, 'poses.txt'), `${poses.slice(1).map(matrixText).join('\n')}\n1 x`),
      /poses\.txt, line 4: expected a number, got "x"$/,
    ],
    [
      'a skewed matrix',
      (folder) => writeFile(join(folder, 'K.txt'), '40 1 31\n0 40 23\n0 0 1'),
      /K\.txt: the matrix has a skew of 1/,
    ],
    [
      'a transposed matrix',
      (folder) => writeFile(join(folder, 'K.txt'), '40 0 0\n0 40 0\n31 23 1'),
      /K\.txt: expected \[fx 0 cx; 0 fy cy; 0 0 1\] in pixels/,
    ],
    [
      'a pair of images that are not there',
      (folder) => writeFile(join(folder, 'scene.json'), '{"pairs": [{"i": 0, "j": 9}]}'),
      /scene\.json: pairs\[0\]: expected two images from 0 to 3/,
    ],
    [
      'a damaged list of pairs',
      (folder) => writeFile(join(folder, 'scene.json'), '{"pairs": ['),
      /scene\.json: no valid JSON/,
    ],
    [
      'two images of one name',
      (folder) => writeFile(join(folder, 'images', '0002.jpg'), ''),
      /0002\.png: two images have this name/,
    ],
    [
      'a folder for a file',
      (folder) => rm(join(folder, 'K.txt')).then(() => mkdir(join(folder, 'K.txt'))),
      /K\.txt: expected a text file/,
    ],
  ])('tells %s in one line', async (name, spoil, message) => {
    const folder = await fresh(name.replaceAll(' ', '-'));
    await spoil(folder);
    await expect(read(folder)).rejects.toThrow(message);
  });
});
