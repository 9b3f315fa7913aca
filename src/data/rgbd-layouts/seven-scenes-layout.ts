import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { mapConcurrently } from './concurrently.ts';
import { readIntrinsics, sevenScenesIntrinsics } from './intrinsics.ts';
import { readRows, rowNumbers } from './number-rows.ts';
import { type ReadPose, readPose } from './pose.ts';
import type { FrameProblem, LayoutOptions, RgbdFrame, RgbdLayout, RgbdSequence } from './rgbd-sequence.ts';

const colorFile = /^(frame-\d+)\.color\.(?:png|jpg)$/;

/**
 * 7-Scenes: frame-000000.color.png, .depth.png (16 bit, millimetres, 65535 = none) and .pose.txt (camera-to-world) in a
 * folder for each sequence. Colour and depth are taken to share one camera, as its authors publish only one.
 */
export const sevenScenesLayout: RgbdLayout = {
  name: '7-scenes',
  describe: 'frame-000000.color.png, frame-000000.depth.png and frame-000000.pose.txt',
  matches: (entries) => entries.some((entry) => colorFile.test(entry)),
  read: readSevenScenes,
};

async function readSevenScenes(folder: string, label: string, options: LayoutOptions): Promise<RgbdSequence> {
  const entries = await readdir(folder);
  const present = new Set(entries);
  const intrinsics =
    options.intrinsics ??
    (present.has('K.txt') ? (await readIntrinsics(folder))[0] : undefined) ??
    sevenScenesIntrinsics;
  const files = entries.filter((entry) => colorFile.test(entry)).sort();
  let poseDeviation = 0;
  const read = await mapConcurrently(files, async (file): Promise<RgbdFrame | FrameProblem> => {
    const name = (colorFile.exec(file) as RegExpExecArray)[1] as string;
    const [depthFile, poseFile] = [`${name}.depth.png`, `${name}.pose.txt`];
    const missing = [depthFile, poseFile].find((needed) => !present.has(needed));
    if (missing) return { kind: 'file', file: join(folder, missing), reason: 'no such file' };
    const pose = await readPoseFile(join(folder, poseFile));
    if ('problem' in pose) return { kind: pose.kind, file: join(folder, poseFile), reason: pose.problem };
    poseDeviation = Math.max(poseDeviation, pose.deviation);
    const paths = { imagePath: join(folder, file), depthPath: join(folder, depthFile) };
    return { name, ...paths, intrinsics, camToWorld: pose.camToWorld };
  });
  const frames = read.filter((each) => 'camToWorld' in each);
  const unusable = read.filter((each) => 'reason' in each);
  const depth = { scale: options.depthScale ?? 0.001, none: [65_535] };
  return { layout: '7-scenes', folder, label, frames, depth, unusable, poseDeviation };
}

async function readPoseFile(path: string): Promise<ReadPose> {
  return readPose((await readRows(path)).flatMap((row) => rowNumbers(row, path)));
}
