import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { contentsOf, rawFixture } from '#test/prepare/datasets/raw-fixture.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { prepareRgbd } from './prepare-rgbd.ts';

const place = useTemporaryFolder();

describe('prepare/datasets/rgbd: findSources', () => {
  it('reads scannet_frames_25k, whose matrices lie beside the folders', async () => {
    const [from, input] = [rawFixture('rgbd-scannet/scene0000_00'), place('scene0000_00')];
    for (const folder of ['color', 'depth', 'pose'])
      await cp(join(from, folder), join(input, folder), { recursive: true });
    for (const camera of ['color', 'depth'])
      await cp(join(from, `intrinsic/intrinsic_${camera}.txt`), join(input, `intrinsics_${camera}.txt`));
    await prepareRgbd(input, place('25k'));
    await prepareRgbd(from, place('scannet/scene'));
    const [made, expected] = [place('25k/scene0000_00'), place('scannet/scene/scene0000_00')];
    const images = ({ 'prepared.json': _, ...files }: Record<string, string>) => files;
    expect(images(await contentsOf(made))).toEqual(images(await contentsOf(expected)));
  });

  it.each<readonly [string, (folder: string) => Promise<void>, RegExp]>([
    [
      'colmap',
      async (folder) => {
        await rm(join(folder, 'sparse/cameras.bin'));
        await rm(join(folder, 'sparse/images.bin'));
        await writeFile(join(folder, 'sparse/cameras.txt'), '1 SIMPLE_RADIAL 80 60 40 40 30 0.1\n');
        await writeFile(join(folder, 'sparse/images.txt'), '1 1 0 0 0 0 0 0 1 cam/IMG_0.jpg\n\n');
      },
      /sparse: camera 1 is a SIMPLE_RADIAL, a lens with distortion; run colmap image_undistorter and give its output$/,
    ],
    [
      'colmap',
      (folder) => rm(join(folder, 'stereo'), { recursive: true }),
      /stereo\/depth_maps: expected depth maps \(\*\.geometric\.bin\), found none; run colmap patch_match_stereo$/,
    ],
    [
      'scannet',
      (folder) => rm(join(folder, 'scene0000_00/intrinsic/intrinsic_depth.txt')),
      /_depth.txt: no such file$/,
    ],
    ['nerfstudio', (folder) => writeFile(join(folder, 'transforms.json'), '{}'), /expected a list of "frames"/],
    [
      'record3d',
      (folder) => writeFile(join(folder, 'EXR_RGBD/metadata.json'), '{"w": 72, "h": "60"}'),
      /EXR_RGBD\/metadata\.json, h: expected the photograph's in pixels, got 60, and 1 more like this$/,
    ],
  ])('says what is wrong with %s', async (name, spoil, message) => {
    const input = place(`spoilt-${name}-${message.source.length}`);
    await cp(rawFixture(`rgbd-${name}`), input, { recursive: true });
    await spoil(input);
    await expect(prepareRgbd(input, place('none'))).rejects.toThrow(message);
  });

  it('refuses folders that hold none of the layouts and another one than is asked for', async () => {
    await mkdir(place('empty'));
    await expect(prepareRgbd(place('empty'), place('none'))).rejects.toThrow(
      /empty: expected, there or up to 3 folders below, rgb\.txt.*\(tum\); or .*\(colmap\); or .*; found none$/,
    );
    await expect(prepareRgbd(rawFixture('rgbd-tum'), place('other'), { layout: 'colmap' })).rejects.toThrow(
      /rgbd-tum: expected, there or up to 3 folders below, sparse\/, images\/ and stereo\/depth_maps\/ \(colmap\); found none$/,
    );
  });
});
