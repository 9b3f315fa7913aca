import { readdir } from 'node:fs/promises';
import { basename, dirname, join, normalize, parse, resolve } from 'node:path';
import type { Matrix4 } from '#geometry/camera.ts';
import { quaternionToRotation } from '#geometry/quaternion.ts';
import { rigidTransform } from '#geometry/rigid.ts';
import { readIntrinsics, tumIntrinsics } from './intrinsics.ts';
import { fieldNumber, readRows, rowNumbers, type TextRow } from './number-rows.ts';
import type { FrameProblem, Intrinsics, LayoutOptions, RgbdFrame, RgbdLayout, RgbdSequence } from './rgbd-sequence.ts';

/** Files of one moment are at most this far apart (the benchmark's own `associate.py` has the same). */
const maxDifferenceS = 0.02;

/**
 * TUM RGB-D: rgb.txt and depth.txt (time, file), groundtruth.txt (time, tx ty tz qx qy qz qw, camera-to-world), depth of
 * 16 bit with 5000 steps a metre. An image takes the depth and the pose nearest in time, within 0.02 s.
 */
export const tumLayout: RgbdLayout = {
  name: 'tum',
  describe: 'rgb.txt, depth.txt and groundtruth.txt',
  // Two of the three are enough to know it by; `read` then says which one is missing.
  matches: (entries) => ['rgb.txt', 'depth.txt', 'groundtruth.txt'].filter((file) => entries.includes(file)).length > 1,
  read: readTum,
};

async function readTum(folder: string, label: string, options: LayoutOptions): Promise<RgbdSequence> {
  const intrinsics = options.intrinsics ?? (await ownIntrinsics(folder));
  const images = await readFileList(folder, 'rgb.txt');
  const depths = await readFileList(folder, 'depth.txt');
  const poses = await readTrajectory(join(folder, 'groundtruth.txt'));
  const present = await presentFiles([...images, ...depths]);
  const matched = images.map((image): RgbdFrame | FrameProblem => {
    const depth = nearest(depths, image.time);
    const isMutual = depth !== undefined && nearest(images, depth.time) === image;
    const reject = (kind: FrameProblem['kind'], reason: string) => ({ kind, file: image.path, reason });
    if (!isMutual) return reject('unmatched', `no depth within ${maxDifferenceS} s that is not another's`);
    const missing = [image, depth].find(({ path }) => !present.has(path));
    if (missing) return { kind: 'file', file: missing.path, reason: 'no such file' };
    const pose = nearest(poses, image.time);
    if (!pose) return reject('unmatched', `no pose of groundtruth.txt within ${maxDifferenceS} s`);
    if (!pose.camToWorld)
      return reject('tracking', `its pose, groundtruth.txt, line ${pose.line}, is not finite or no rotation`);
    const paths = { imagePath: image.path, depthPath: depth.path };
    return { name: parse(image.path).name, ...paths, intrinsics, camToWorld: pose.camToWorld };
  });
  return {
    layout: 'tum',
    folder,
    label,
    frames: matched.filter((each) => 'camToWorld' in each),
    depth: { scale: options.depthScale ?? 1 / 5000, none: [] },
    unusable: matched.filter((each) => 'reason' in each),
    poseDeviation: 0,
  };
}

async function ownIntrinsics(folder: string): Promise<Intrinsics> {
  const hasOwn = (await readdir(folder)).includes('K.txt');
  const found = hasOwn ? (await readIntrinsics(folder))[0] : tumIntrinsics(basename(resolve(folder)));
  if (found) return found;
  throw new Error(
    `${folder}: the name does not tell which TUM camera it is (freiburg1, 2 or 3); give intrinsics=(fx, fy, cx, cy) or a K.txt`,
  );
}

interface Timed {
  readonly time: number;
}

interface TimedFile extends Timed {
  readonly path: string;
}

async function readFileList(folder: string, list: string): Promise<TimedFile[]> {
  const path = join(folder, list);
  const files = (await readRows(path)).map(({ fields, line }) => {
    const file = fields[1];
    if (file === undefined || fields.length !== 2)
      throw new Error(`${path}, line ${line}: expected a time and a file, got ${fields.length} fields`);
    const inside = normalize(file);
    if (inside.startsWith('..') || inside.startsWith('/'))
      throw new Error(`${path}, line ${line}: ${file} lies outside of the sequence's folder`);
    return { time: expectTime(fields[0] as string, path, line), path: join(folder, inside) };
  });
  return files.sort(byTime);
}

interface TimedPose extends Timed {
  readonly line: number;
  /** Missing where the line holds no finite pose. */
  readonly camToWorld?: Matrix4;
}

async function readTrajectory(path: string): Promise<TimedPose[]> {
  return (await readRows(path)).map((row) => timedPose(row, path)).sort(byTime);
}

function timedPose(row: TextRow, path: string): TimedPose {
  const { line } = row;
  if (row.fields.length !== 8)
    throw new Error(`${path}, line ${line}: expected "time tx ty tz qx qy qz qw", got ${row.fields.length} fields`);
  const time = expectTime(row.fields[0] as string, path, line);
  const [x, y, z, qx, qy, qz, qw] = rowNumbers(row, path).slice(1) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const length = Math.hypot(qx, qy, qz, qw);
  const isRigid = [x, y, z].every(Number.isFinite) && Math.abs(length - 1) < 0.05;
  if (!isRigid) return { time, line };
  return { time, line, camToWorld: rigidTransform(quaternionToRotation([qx, qy, qz, qw]), [x, y, z]) };
}

function expectTime(field: string, path: string, line: number): number {
  const time = fieldNumber(field, path, line);
  if (Number.isFinite(time)) return time;
  throw new Error(`${path}, line ${line}: expected a time in seconds, got "${field.slice(0, 40)}"`);
}

function byTime(a: Timed, b: Timed): number {
  return a.time - b.time;
}

/** The entry of a list sorted by time that is nearest, if it is near enough. */
function nearest<Entry extends Timed>(sorted: readonly Entry[], time: number): Entry | undefined {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as Entry).time < time) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [sorted[low - 1], sorted[low]];
  const isBefore = before && (!after || time - before.time <= after.time - time);
  const found = isBefore ? before : after;
  return found && Math.abs(found.time - time) <= maxDifferenceS ? found : undefined;
}

async function presentFiles(files: readonly TimedFile[]): Promise<Set<string>> {
  const folders = [...new Set(files.map(({ path }) => dirname(path)))];
  const lists = await Promise.all(
    folders.map(async (folder) => (await readdir(folder).catch(() => [])).map((file) => join(folder, file))),
  );
  return new Set(lists.flat());
}
