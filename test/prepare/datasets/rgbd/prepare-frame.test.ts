import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { rawFixture } from '#test/prepare/datasets/raw-fixture.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { prepareRgbd } from './prepare-rgbd.ts';

const place = useTemporaryFolder();

describe('prepare/datasets/rgbd: prepareFrame', () => {
  it('leaves frames out whose camera is another’s, and those that share a name', async () => {
    const input = place('mixed');
    await cp(rawFixture('rgbd-nerfstudio'), input, { recursive: true });
    const path = join(input, 'transforms.json');
    const { frames, ...shared } = JSON.parse((await readFile(path, 'utf8')).replaceAll('NaN', '0'));
    const [first, , third, , fifth] = frames;
    const noDepth = { ...fifth, file_path: 'images/frame_00004.jpg', depth_file_path: 'depth/none.tif' };
    const all = [first, first, { ...third, w: 60, h: 80 }, noDepth, { ...fifth, cx: 90.5 }];
    await writeFile(path, JSON.stringify({ ...shared, frames: all }));
    expect(await prepareRgbd(input, place('few-of-mixed'))).toMatchObject({ prepared: 1, skippedFrames: 4 });
    const lines = (await readFile(place('few-of-mixed/skipped.txt'), 'utf8')).trim().split('\n');
    expect(lines.map((line) => line.replace(/^mixed\t/, ''))).toEqual([
      "depth/none.tif\texpected depth as .png, .exr, .npy or COLMAP's .bin",
      'images/frame_00001.jpg\tanother frame is named frame_00001 too',
      'images/frame_00003.jpg\t80×60 pixels, while its camera has 60×80; if the EXIF orientation turns it, remove that tag',
      'images/frame_00005.jpg\tthe principal point (90, 29.5) lies outside of its 80×60 pixels; are its intrinsics those of another size?',
    ]);
  });

  it('asks for another unit where no depth fits into the file', async () => {
    const run = prepareRgbd(rawFixture('rgbd-7-scenes'), place('far'), { depthScale: 1 });
    await expect(run).rejects.toThrow(
      'nothing could be prepared: chess/seq-01/frame-000002.depth.png: no such file, and 4 more',
    );
    const lines = (await readFile(place('far/skipped.txt'), 'utf8')).split('\n');
    expect(lines).toContainEqual(
      expect.stringMatching(
        /000000\.depth\.png\tno depth from 1 mm to 65\.5 m; is its unit another \(--depth-scale\)\?$/,
      ),
    );
  });
});
