import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { mapConcurrently } from '#data/rgbd-layouts/concurrently.ts';
import { readRows, rowNumbers } from '#data/rgbd-layouts/number-rows.ts';
import { readPose } from '#data/rgbd-layouts/pose.ts';
import type { Intrinsics } from '#data/rgbd-layouts/rgbd-sequence.ts';
import { frameName, frameOrProblem, type RgbdSource, sourceSequence } from './source.ts';

const imageFile = /^\d+\.(?:jpg|png)$/;

/**
 * The frames that ScanNet's own exporter writes: `color/0.jpg`, `depth/0.png` (16 bit, millimetres), `pose/0.txt`
 * (camera-to-world; not finite where tracking was lost) and a 4×4 matrix for each of the two cameras. Frames of
 * `scannet_frames_25k` are the same with the matrices beside the folders.
 */
export const scanNetSource: RgbdSource = {
  name: 'scannet',
  describe: 'color/, depth/, pose/ and intrinsic/',
  matches: (entries) => ['color', 'depth', 'pose'].every((folder) => entries.includes(folder)),
  read: async (folder, _, { depthScale = 0.001, intrinsics }) => {
    const own = intrinsics ?? (await readCamera(folder, 'color'));
    const depthIntrinsics = await readCamera(folder, 'depth');
    const files = (await readdir(join(folder, 'color'))).filter((file) => imageFile.test(file)).sort();
    const frames = await mapConcurrently(files, (file) => {
      const imagePath = join(folder, 'color', file);
      const name = frameName(file);
      const stem = parse(file).name;
      return frameOrProblem(imagePath, async () => ({
        ...{ name, imagePath, intrinsics: own, depthIntrinsics },
        depthPath: join(folder, 'depth', `${stem}.png`),
        camToWorld: await readPoseFile(join(folder, 'pose', `${stem}.txt`)),
      }));
    });
    return sourceSequence(frames, { scale: depthScale, none: [] });
  },
};

async function readCamera(folder: string, camera: 'color' | 'depth'): Promise<Intrinsics> {
  const isInside = (await readdir(folder)).includes('intrinsic');
  const path = join(folder, isInside ? `intrinsic/intrinsic_${camera}.txt` : `intrinsics_${camera}.txt`);
  const rows = (await readRows(path)).map((row) => rowNumbers(row, path));
  const [[fx = 0, , cx = Number.NaN] = [], [, fy = 0, cy = Number.NaN] = []] = rows;
  if (fx > 0 && fy > 0 && Number.isFinite(cx + cy)) return { focalPx: [fx, fy], principalPx: [cx, cy] };
  throw new Error(`${path}: expected a matrix with focal lengths and principal point in its first two rows`);
}

async function readPoseFile(path: string) {
  const pose = readPose((await readRows(path)).flatMap((row) => rowNumbers(row, path)));
  if ('camToWorld' in pose) return pose.camToWorld;
  throw new Error(`${path}: ${pose.problem}`);
}
