import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { tumLayout } from '#data/rgbd-layouts/tum-layout.ts';
import { writeTum } from '#test/data/rgbd-folder.ts';
import { roomWalk } from '#test/data/room.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const path = useTemporaryFolder();
const cameras = roomWalk(4);

async function fresh(name: string): Promise<string> {
  await writeTum(path(name), cameras);
  return path(name);
}

const read = (folder: string) => tumLayout.read(folder, 'desk', {});

describe('data/rgbd-layouts/tum-layout', () => {
  it('takes the depth and the pose nearest in time, and the camera that the name tells', async () => {
    const { frames, unusable, depth } = await read(await fresh('rgbd_dataset_freiburg2_desk'));
    expect(unusable).toEqual([]);
    expect(frames.map(({ depthPath }) => depthPath.slice(-10))).toEqual([
      '010000.png',
      '043333.png',
      '076667.png',
      '110000.png',
    ]);
    expect(frames.map(({ camToWorld }) => [...camToWorld])).toEqual(
      cameras.map(({ camToWorld }) => [...camToWorld].map((value) => expect.closeTo(value, 12))),
    );
    expect(frames[0]?.intrinsics).toEqual({
      focalPx: [520.9, 521],
      principalPx: [325.1, 249.7],
      size: { width: 640, height: 480 },
    });
    expect(depth.scale).toBe(1 / 5000);
  });

  it('leaves out images without depth or pose within 0.02 s, and missing files', async () => {
    const folder = await fresh('fr1_gaps');
    const poses = (await readFile(join(folder, 'groundtruth.txt'), 'utf8')).split('\n');
    await writeFile(join(folder, 'groundtruth.txt'), poses.slice(0, 4).join('\n'));
    await rm(join(folder, 'depth', '1305031102.010000.png'));
    await appendFile(join(folder, 'rgb.txt'), '\n1305031110.0 rgb/late.png');
    const { frames, unusable } = await read(folder);
    expect(frames.map(({ name }) => name)).toEqual(['1305031102.033333', '1305031102.066667']);
    expect(unusable.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['file', 'no such file'],
      ['unmatched', 'no pose of groundtruth.txt within 0.02 s'],
      ['unmatched', "no depth within 0.02 s that is not another's"],
    ]);
  });

  it('does not guess the camera', async () => {
    await expect(read(await fresh('my_desk'))).rejects.toThrow(
      /my_desk: the name does not tell which TUM camera it is/,
    );
  });

  it.each([
    ['rgb.txt', '1.0 ../../secret.png', /rgb\.txt, line 1: \.\.\/\.\.\/secret\.png lies outside/],
    ['depth.txt', '1.0', /depth\.txt, line 1: expected a time and a file, got 1 fields/],
    ['groundtruth.txt', '1.0 0 0 0', /groundtruth\.txt, line 1: expected "time tx ty tz qx qy qz qw", got 4 fields/],
    ['groundtruth.txt', 'soon 0 0 0 0 0 0 1', /groundtruth\.txt, line 1: expected a number, got "soon"/],
  ])('tells what is wrong in %s: %s', async (file, text, message) => {
    const folder = await fresh(`fr3_${message.source.length}`);
    await writeFile(join(folder, file), text);
    await expect(read(folder)).rejects.toThrow(message);
  });
});
