import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type ColmapLens, type ColmapPose, type ColmapReconstruction, readColmap } from '#formats/colmap.ts';
import { readHdf5 } from '#formats/hdf5.ts';
import type { Camera } from '#geometry/camera.ts';
import { centredLens } from '#geometry/undistort.ts';
import { decodeImage } from '#image/decode.ts';
import type { PixelMap } from '#image/pixel-map.ts';
import { camToWorldOfColmap, lensOfColmap } from './colmap-lens.ts';
import { coverImage, coverMap, expectSizeOf, planCover, type Size } from './cover.ts';
import { clearUnknown, writeExrFrame } from './exr-frame.ts';
import { imagePairs } from './image-pairs.ts';
import { eachImage, type ListedItem, listedPreparation } from './listed-preparation.ts';
import type { ItemContext } from './preparation.ts';

/** Of an upright or lying image; smaller ones stay as they are. */
const target = { long: 800, short: 600 };
const quality = 90;

/** MegaDepth as `MegaDepth(ROOT=…)` reads it (spec 4.4). */
export const megaDepthPreparation = listedPreparation({
  name: 'megadepth',
  version: 1,
  pairs: imagePairs({
    file: 'megadepth_pairs.npz',
    index: 'all_metadata.npz',
    images: 'images',
    folderOf: (scene) => scene.replace(' ', '/'),
  }),
  expected: 'MegaDepth with <scene>/dense<number>/depths and <scene>/sparse/manhattan/<number>',
  findSources,
  prepareImages: async (item, context, { asOriginal }) => {
    const model = await readColmap(await modelFolder(context.input, item.key));
    const numbers = new Map(model.poses.map(({ name }, number) => [name, number]));
    return eachImage(item, context, (image) => prepareImage({ item, image, model, numbers }, context, asOriginal));
  },
});

/** Where the photographs and depths may lie: as they are unpacked, or with the first folders taken away. */
const depthRoots = ['', 'MegaDepth_v1', 'phoenix/S6/zl548/MegaDepth_v1'];
const modelRoots = ['', 'MegaDepth_v1_SfM', 'phoenix/S6/zl548/MegaDepth_v1_SfM'];

async function findSources(input: string, keys: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const key of keys) {
    const [scene = '', reconstruction = ''] = key.split('/');
    const folder = await firstFolder(depthRoots.map((root) => join(input, root, scene, `dense${reconstruction}`)));
    if (folder !== undefined) found.set(key, folder);
  }
  return found;
}

async function modelFolder(input: string, key: string): Promise<string> {
  const [scene = '', reconstruction = ''] = key.split('/');
  const places = modelRoots.map((root) => join(input, root, scene, 'sparse', 'manhattan', reconstruction));
  const folder = await firstFolder(places);
  if (folder !== undefined) return folder;
  throw new Error(
    `${places[0]}: expected the model (cameras.txt, images.txt) there or below MegaDepth_v1_SfM, found none`,
  );
}

async function firstFolder(paths: readonly string[]): Promise<string | undefined> {
  const found = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  return paths.find((_, at) => found[at]?.isDirectory());
}

interface MegaDepthImage {
  readonly item: ListedItem;
  /** Without its ending. */
  readonly image: string;
  readonly model: ColmapReconstruction;
  /** Of the model's poses, by file name. */
  readonly numbers: ReadonlyMap<string, number>;
}

async function prepareImage(wanted: MegaDepthImage, context: ItemContext, asOriginal: boolean): Promise<void> {
  const { source } = wanted.item;
  const file = fileOf(wanted);
  const [imagePath, depthPath] = [join(source, 'imgs', file), join(source, 'depths', `${wanted.image}.h5`)];
  const [image, depth] = [await decodeImage(imagePath), await readDepth(depthPath)];
  expectSizeOf(image, imagePath, depth, depthPath);
  const camera = cameraOf(wanted, file, image, asOriginal);
  const [width, height] = image.width >= image.height ? [target.long, target.short] : [target.short, target.long];
  const plan = planCover(camera, { width, height }, { shrinkOnly: true });
  await writeExrFrame(context, wanted.image, {
    image: coverImage(image, plan),
    depth: coverMap(depth, plan, asOriginal ? 'corner' : 'centre'),
    camera: plan.camera,
    quality,
  });
}

/** Some images end with .JPG, .png or the like; the model knows. */
function fileOf({ image, numbers, item }: MegaDepthImage): string {
  const endings = ['jpg', 'JPG', 'jpeg', 'JPEG', 'png', 'PNG'];
  const file = endings.map((ending) => `${image}.${ending}`).find((name) => numbers.has(name));
  if (file !== undefined) return file;
  throw new Error(`${item.key}/${image}: expected it in the model's images, found it not`);
}

/**
 * The camera of a photograph that COLMAP straightened and that was then made smaller. The download has the model of the
 * bent ones only; what is straightened shows the largest upright box within them.
 */
function cameraOf({ model, numbers, item }: MegaDepthImage, file: string, size: Size, asOriginal: boolean): Camera {
  const { width, height } = size;
  const pose = model.poses[numbers.get(file) as number] as ColmapPose;
  const { lens, distortion } = lensOfColmap(model.lenses.get(pose.cameraId) as ColmapLens, `${item.key}/${file}`);
  const camToWorld = camToWorldOfColmap(pose);
  if (asOriginal) {
    const [cx, cy] = lens.principalPx;
    return { ...centredLens({ ...lens, principalPx: [cx + 0.5, cy + 0.5] }, distortion, 0, size), camToWorld };
  }
  const { focalPx } = centredLens(lens, distortion, 0, betweenEdges(size, lens));
  return { width, height, focalPx, principalPx: [(width - 1) / 2, (height - 1) / 2], camToWorld };
}

/** The size with which `centredLens`, which scales from the first pixel's centre to the last's, scales between their edges. */
function betweenEdges({ width, height }: Size, from: Size): Size {
  return { width: width - width / from.width + 1, height: height - height / from.height + 1 };
}

async function readDepth(path: string): Promise<PixelMap> {
  const { shape, values } = await readHdf5(path, 'depth');
  const [height = 0, width = 0] = shape;
  if (shape.length !== 2) throw new Error(`${path}: expected depth of two axes, found the shape [${shape.join(', ')}]`);
  const depth = Float32Array.from(values);
  clearUnknown(depth);
  return { width, height, values: depth };
}
