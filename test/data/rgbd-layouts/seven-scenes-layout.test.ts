import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { frameCamera, type RgbdFrame } from '#data/rgbd-layouts/rgbd-sequence.ts';
import { sevenScenesLayout } from '#data/rgbd-layouts/seven-scenes-layout.ts';
import { writeSevenScenes } from '#test/data/rgbd-folder.ts';
import { roomWalk } from '#test/data/room.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const path = useTemporaryFolder();
const cameras = roomWalk(3);

describe('data/rgbd-layouts/seven-scenes-layout', () => {
  it('reads frames, and scales the published intrinsics to the size of the image', async () => {
    await writeSevenScenes(path('seq-01'), cameras);
    const { frames, depth } = await sevenScenesLayout.read(path('seq-01'), 'seq-01', {});
    expect(frames.map(({ name }) => name)).toEqual(['frame-000000', 'frame-000001', 'frame-000002']);
    const camera = frameCamera(frames[1] as RgbdFrame, { width: 640, height: 480 });
    expect([camera.focalPx, camera.principalPx]).toEqual([
      [585, 585],
      [320, 240],
    ]);
    expect(frameCamera(frames[1] as RgbdFrame, { width: 64, height: 48 }).focalPx).toEqual([58.5, 58.5]);
    expect([...camera.camToWorld]).toEqual(
      [...(cameras[1]?.camToWorld ?? [])].map((value) => expect.closeTo(value, 12)),
    );
    expect(depth).toEqual({ scale: 0.001, none: [65_535] });
  });

  it('leaves out frames whose files are missing or whose tracking was lost', async () => {
    const folder = path('seq-02');
    await writeSevenScenes(folder, cameras);
    await rm(join(folder, 'frame-000000.depth.png'));
    await writeFile(join(folder, 'frame-000002.pose.txt'), '-1.#IND -1.#IND 0 0\n0 1 0 0\n0 0 1 0\n0 0 0 1\n');
    const { frames, unusable } = await sevenScenesLayout.read(folder, 'seq-02', {});
    expect(frames.map(({ name }) => name)).toEqual(['frame-000001']);
    expect(unusable.map(({ kind }) => kind)).toEqual(['file', 'tracking']);
  });
});
