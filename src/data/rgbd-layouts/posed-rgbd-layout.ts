import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { readIntrinsics } from './intrinsics.ts';
import { readListedPairs } from './listed-pairs.ts';
import { readRows, rowNumbers } from './number-rows.ts';
import { type ReadPose, readPose } from './pose.ts';
import type { FrameProblem, Intrinsics, LayoutOptions, RgbdFrame, RgbdLayout, RgbdSequence } from './rgbd-sequence.ts';

const imageTypes = ['.jpg', '.jpeg', '.png', '.webp', '.tif', '.tiff'];

/**
 * Our own layout, which `dust3r prepare synthetic` writes: images/NAME.jpg, depth/NAME.png (16 bit, millimetres, 0 = none),
 * K.txt, and poses.txt with a camera-to-world matrix a line, in the order of the images' names.
 */
export const posedRgbdLayout: RgbdLayout = {
  name: 'posed-rgbd',
  describe: 'images/, depth/, K.txt and poses.txt',
  // Two of the four are enough to know it by; `read` then says which one is missing.
  matches: (entries) =>
    entries.includes('images') && ['depth', 'poses.txt', 'K.txt'].some((each) => entries.includes(each)),
  read: readPosedRgbd,
};

async function readPosedRgbd(folder: string, label: string, options: LayoutOptions): Promise<RgbdSequence> {
  const images = await listImages(join(folder, 'images'));
  const names = images.map((file) => parse(file).name);
  const depths = new Set(await listFolder(join(folder, 'depth')));
  const poses = await readPoses(join(folder, 'poses.txt'), images.length);
  const intrinsics = await intrinsicsOf(folder, images.length, options);
  const frames: RgbdFrame[] = [];
  const unusable: FrameProblem[] = [];
  images.forEach((file, at) => {
    const pose = poses[at] as ReadPose;
    const depthPath = join(folder, 'depth', `${names[at]}.png`);
    if (!depths.has(`${names[at]}.png`)) unusable.push({ kind: 'file', file: depthPath, reason: 'no such depth file' });
    else if ('problem' in pose)
      unusable.push({ kind: pose.kind, file: `${join(folder, 'poses.txt')}, row ${at + 1}`, reason: pose.problem });
    else
      frames.push({
        name: names[at] as string,
        imagePath: join(folder, 'images', file),
        depthPath,
        intrinsics: (intrinsics[at] ?? intrinsics[0]) as Intrinsics,
        camToWorld: pose.camToWorld,
      });
  });
  const listed = await readListedPairs(folder, names, frames);
  return {
    layout: 'posed-rgbd',
    folder,
    label,
    frames,
    depth: { scale: options.depthScale ?? 0.001, none: [] },
    unusable,
    poseDeviation: poses.reduce((worst, pose) => ('problem' in pose ? worst : Math.max(worst, pose.deviation)), 0),
    ...(listed ? { listedPairs: listed } : {}),
  };
}

async function listImages(folder: string): Promise<string[]> {
  const images = (await listFolder(folder)).filter((file) => imageTypes.includes(parse(file).ext.toLowerCase())).sort();
  const twice = images.find((file, at) => at > 0 && parse(file).name === parse(images[at - 1] as string).name);
  if (twice) throw new Error(`${join(folder, twice)}: two images have this name; keep one, since depth goes by name`);
  if (images.length === 0) throw new Error(`${folder}: expected images (${imageTypes.join(', ')}), found none`);
  return images;
}

async function listFolder(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${folder}: ${error.code === 'ENOENT' ? 'no such folder' : error.message}`, { cause: error });
  });
}

async function readPoses(path: string, images: number): Promise<ReadPose[]> {
  const rows = await readRows(path);
  if (rows.length !== images)
    throw new Error(
      `${path}: expected a pose for each of the ${images} images, one a line in the order of their names, got ${rows.length} lines`,
    );
  return rows.map((row) => readPose(rowNumbers(row, path)));
}

async function intrinsicsOf(folder: string, images: number, { intrinsics }: LayoutOptions): Promise<Intrinsics[]> {
  if (intrinsics) return [intrinsics];
  const all = await readIntrinsics(folder);
  if (all.length === 1 || all.length === images) return all;
  throw new Error(
    `${join(folder, 'K.txt')}: expected one matrix, or one for each of the ${images} images, got ${all.length}`,
  );
}
