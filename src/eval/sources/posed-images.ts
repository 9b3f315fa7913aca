import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { BrokenSampleError } from '#data/pair-dataset.ts';
import { evenly } from '#data/posed-rgbd-balance.ts';
import { readIntrinsics } from '#data/rgbd-layouts/intrinsics.ts';
import { readListedPairs } from '#data/rgbd-layouts/listed-pairs.ts';
import { readRows, rowNumbers } from '#data/rgbd-layouts/number-rows.ts';
import { readPose } from '#data/rgbd-layouts/pose.ts';
import { frameCamera, type Intrinsics, type RgbdFrame } from '#data/rgbd-layouts/rgbd-sequence.ts';
import { directionErrorDeg } from '#eval/metrics/pose-error.ts';
import { decodeImage } from '#image/decode.ts';
import type { EvalSequence, FramePair } from './sequence.ts';

const imageEnding = /\.(jpe?g|png|webp|tiff?)$/i;

/** Pairs whose cameras look farther apart are no candidates, where nothing tells their overlap. */
const maxTurnDeg = 45;
/** Of longer sequences evenly spaced frames are paired. */
const maxPairedFrames = 1000;

/**
 * A sequence without depth: images/, poses.txt and K.txt as in our own layout of posed RGB-D. Its pairs are those that
 * index.json lists, or those whose cameras look at most 45° apart.
 * @throws Error, one line that names the file, where poses or intrinsics are missing, damaged or not one for each image
 */
export async function openPosedImages(folder: string, label: string): Promise<EvalSequence> {
  const { names, frames } = await readFrames(folder);
  const pairs = (await readListedPairs(folder, names, frames)) ?? pairsByDirection(frames);
  return {
    label,
    frames: frames.map(({ name }) => name),
    pairs,
    hasDepth: false,
    view: async (place) => {
      const frame = frames[place] as RgbdFrame;
      const image = await decodeImage(frame.imagePath).catch((error: Error) => {
        throw new BrokenSampleError(error.message, { cause: error });
      });
      return { name: frame.name, image, camera: frameCamera(frame, image) };
    },
  };
}

async function readFrames(folder: string): Promise<{ names: string[]; frames: RgbdFrame[] }> {
  const images = (await readdir(join(folder, 'images'))).filter((file) => imageEnding.test(file)).sort();
  const names = images.map((file) => parse(file).name);
  const path = join(folder, 'poses.txt');
  const rows = await readRows(path);
  if (rows.length !== images.length)
    throw new Error(`${path}: expected a pose for each of the ${images.length} images, got ${rows.length} lines`);
  const intrinsics = await readIntrinsics(folder);
  const frames = images.flatMap((file, at): RgbdFrame[] => {
    const pose = readPose(rowNumbers(rows[at] as (typeof rows)[0], path));
    if ('problem' in pose) return [];
    const name = names[at] as string;
    // Its depth is not there, and never opened.
    const paths = { imagePath: join(folder, 'images', file), depthPath: join(folder, 'depth', `${name}.png`) };
    return [
      { name, ...paths, intrinsics: (intrinsics[at] ?? intrinsics[0]) as Intrinsics, camToWorld: pose.camToWorld },
    ];
  });
  return { names, frames };
}

function pairsByDirection(frames: readonly RgbdFrame[]): FramePair[] {
  const places = evenly([...frames.keys()], maxPairedFrames);
  const axis = (place: number) => [2, 6, 10].map((at) => (frames[place] as RgbdFrame).camToWorld[at] as number);
  const axes = places.map(axis);
  return places.flatMap((i, a) =>
    places.slice(a + 1).flatMap((j, k) => {
      const turn = directionErrorDeg(axes[a] as number[], axes[a + 1 + k] as number[]);
      return turn <= maxTurnDeg ? [{ i, j }] : [];
    }),
  );
}
