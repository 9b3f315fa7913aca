import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PairTable } from '#data/published/pair-table.ts';
import { readText } from '#data/rgbd-layouts/number-rows.ts';
import { readFileBytes } from '#formats/file-bytes.ts';
import { readNpy } from '#formats/npy.ts';
import { takeNpyRows } from '#formats/npy-rows.ts';
import { readPfm } from '#formats/pfm.ts';
import { type Camera, intrinsicsOf } from '#geometry/camera.ts';
import { rotationOf, translationOf } from '#geometry/rigid.ts';
import { decodeImage } from '#image/decode.ts';
import { coverImage, coverMap, expectSizeOf, planCover, type Size } from './cover.ts';
import { clearUnknown, writeExrFrame } from './exr-frame.ts';
import { eachImage, type ListedItem, listedPreparation } from './listed-preparation.ts';
import type { ItemContext } from './preparation.ts';
import type { PairList, ReleasedPairs } from './released-pairs.ts';
import { worldToCamera } from './world-to-camera.ts';

const target: Size = { width: 512, height: 384 };
const quality = 80;

const pairs: ReleasedPairs = {
  file: 'blendedmvs_pairs.npy',
  index: 'blendedmvs_pairs.npy',
  read: readPairs,
  take: async (path, rows) => takeNpyRows(await readFileBytes(path), rows, path),
};

/** BlendedMVS as `BlendedMVS(ROOT=…)` reads it (spec 4.4). */
export const blendedMvsPreparation = listedPreparation({
  name: 'blendedmvs',
  version: 1,
  pairs,
  expected: 'BlendedMVS with <sequence>/rendered_depth_maps',
  findSources,
  prepareImages: (item, context, { asOriginal }) =>
    eachImage(item, context, (image) => prepareImage(item, image, context, asOriginal)),
});

async function readPairs(path: string): Promise<PairList> {
  const table = new PairTable(await readNpy(path), path, 5);
  return {
    length: table.length,
    image: (row, side) => ({
      item: table.bits(row, 0).toString(16).padStart(8, '0') + table.bits(row, 1).toString(16).padStart(16, '0'),
      name: String(table.whole(row, 2 + side)).padStart(8, '0'),
    }),
  };
}

/** In the input, or, where the three parts of the download are kept apart, a folder below. */
async function findSources(input: string, keys: readonly string[]): Promise<Map<string, string>> {
  const wanted = new Set(keys);
  const found = new Map<string, string>();
  const entries = (await readdir(input)).sort();
  for (const entry of entries) if (wanted.has(entry)) found.set(entry, join(input, entry));
  for (const entry of entries.filter((each) => !wanted.has(each))) {
    const below = await readdir(join(input, entry)).catch((): string[] => []);
    for (const each of below) if (wanted.has(each) && !found.has(each)) found.set(each, join(input, entry, each));
  }
  return found;
}

async function prepareImage(
  { source }: ListedItem,
  name: string,
  context: ItemContext,
  asOriginal: boolean,
): Promise<void> {
  const imagePath = join(source, 'blended_images', `${name}.jpg`);
  const depthPath = join(source, 'rendered_depth_maps', `${name}.pfm`);
  const [image, depth] = [await decodeImage(imagePath), await readPfm(depthPath)];
  if (depth.channels !== 1) throw new Error(`${depthPath}: expected one channel, found ${depth.channels}`);
  expectSizeOf(image, imagePath, depth, depthPath);
  clearUnknown(depth.values);
  const plan = planCover(await readCamera(join(source, 'cams', `${name}_cam.txt`), image), target);
  await writeExrFrame(context, name, {
    image: coverImage(image, plan),
    depth: coverMap(depth, plan, asOriginal ? 'corner' : 'centre'),
    camera: plan.camera,
    quality,
    arrays: {
      intrinsics: { values: Float32Array.from(intrinsicsOf(plan.camera)), shape: [3, 3] },
      R_cam2world: { values: Float32Array.from(rotationOf(plan.camera.camToWorld)), shape: [3, 3] },
      t_cam2world: { values: Float32Array.from(translationOf(plan.camera.camToWorld)), shape: [3] },
    },
  });
}

/** The word `extrinsic`, a 4 × 4 matrix from world to camera, `intrinsic`, a 3 × 3 matrix; then the range of depths. */
async function readCamera(path: string, size: Size): Promise<Camera> {
  const words = (await readText(path)).split(/\s+/).filter((word) => word !== '');
  const [extrinsic, intrinsic] = [words.slice(1, 17).map(Number), words.slice(18, 27).map(Number)];
  if (words[0] !== 'extrinsic' || words[17] !== 'intrinsic' || words.length < 27)
    throw new Error(`${path}: expected "extrinsic" with 16 numbers and "intrinsic" with 9, found something else`);
  return worldToCamera(intrinsic, extrinsic, size, path);
}
