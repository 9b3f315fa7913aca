import { basename, join } from 'node:path';
import { principalBox } from '#data/crop-resize.ts';
import { readDepthPng } from '#data/rgbd-layouts/depth-png.ts';
import { decodeHalf } from '#formats/half.ts';
import { decodeImage } from '#image/decode.ts';
import type { PixelMap } from '#image/pixel-map.ts';
import { planCategories } from './categories.ts';
import {
  type Co3dFrame,
  frameNumber,
  type ListedFrame,
  readFrames,
  readGoodSequences,
  readSetLists,
} from './co3d-annotations.ts';
import { co3dCamera } from './co3d-camera.ts';
import { co3dCategories } from './co3d-categories.ts';
import { coverImage, coverMap, expectSizeOf, planCover } from './cover.ts';
import { encodeCamera, encodeGreyPng, encodePhotograph } from './encode-frame.ts';
import { readMask } from './mask.ts';
import {
  categoryFlag,
  categoryNumber,
  drawSequences,
  type FilmFacts,
  filmTarget,
  imageSizeFlag,
  writeSelectedSequences,
} from './object-films.ts';
import type { Flags, ItemContext, OptionsOf, PlanContext, Preparation, PreparationItem } from './preparation.ts';
import { asOriginalFlag, seedFlag } from './shared-flags.ts';

const flags = {
  category: categoryFlag,
  singleSequenceSubset: {
    type: 'boolean',
    default: false,
    describe: 'the input is the small subset: the lists manyview_dev_*, not fewview_train',
  },
  numSequencesPerObject: {
    type: 'number',
    default: 50,
    isWhole: true,
    range: [1, 100_000],
    describe: 'at most, of each category and split',
  },
  minQuality: {
    type: 'number',
    default: 0.5,
    range: [-1000, 1000],
    describe: "sequences whose cameras' score is not higher are left out",
  },
  imgSize: imageSizeFlag,
  seed: seedFlag,
  asOriginal: asOriginalFlag,
} as const satisfies Flags;

type Options = OptionsOf<typeof flags>;

/** A sequence with those of its frames that a split lists. */
interface Co3dItem extends PreparationItem {
  readonly category: string;
  readonly sequence: string;
  readonly train: readonly Co3dFrame[];
  readonly test: readonly Co3dFrame[];
}

/** CO3D v2 as `Co3d(ROOT=…)` reads it (spec 4.4). */
export const co3dPreparation: Preparation<typeof flags, Co3dItem, FilmFacts> = {
  name: 'co3d',
  version: 1,
  flags,
  plan,
  prepareItem,
  finish: writeSelectedSequences,
};

function plan(context: PlanContext, options: Options): Promise<Co3dItem[]> {
  const layout = { name: 'co3d', dataset: 'CO3D v2', sign: 'frame_annotations.jgz', only: options.category };
  return planCategories(context, layout, (category) => planCategory(context, category, options));
}

async function planCategory({ input, skip, signal }: PlanContext, category: string, options: Options) {
  const folder = join(input, category);
  const good = await readGoodSequences(join(folder, 'sequence_annotations.jgz'), options.minQuality, signal);
  const listed = (await readSetLists(folder, options.singleSequenceSubset)).filter(([, sequence]) =>
    good.has(sequence),
  );
  const drawn = drawFrames(listed, options.numSequencesPerObject, options.seed + numberOf(category));
  const wanted = new Set(drawn.map(([, , imagePath]) => imagePath));
  const frames = await readFrames(join(folder, 'frame_annotations.jgz'), (path) => wanted.has(path), signal);
  for (const path of wanted)
    if (!frames.has(path)) skip(path, path, new Error('frame_annotations.jgz has no complete entry of this frame'));
  const sequences = [...new Set(drawn.map(([, sequence]) => sequence))].sort();
  return sequences.map((sequence): Co3dItem => {
    const own = (split: string) => {
      const paths = drawn.flatMap(([each, name, path]) => (each === split && name === sequence ? [path] : []));
      return [...new Set(paths)].sort().flatMap((path) => frames.get(path) ?? []);
    };
    const [train, test] = [own('train'), own('test')];
    const count = new Set([...train, ...test]).size;
    return { key: `${category}/${sequence}`, frames: count, category, sequence, train, test };
  });
}

/** The frames of some sequences of each split. */
function drawFrames(listed: readonly ListedFrame[], count: number, seed: number): ListedFrame[] {
  return (['train', 'test'] as const).flatMap((split) => {
    const own = listed.filter(([each]) => each === split);
    const drawn = new Set(drawSequences(new Set(own.map(([, sequence]) => sequence)), count, seed));
    return own.filter(([, sequence]) => drawn.has(sequence));
  });
}

/** Its place in the list, as in the original. */
function numberOf(category: string): number {
  const place = co3dCategories.indexOf(category);
  return place >= 0 ? place : categoryNumber(category);
}

async function prepareItem(item: Co3dItem, context: ItemContext, options: Options): Promise<FilmFacts> {
  const { category, sequence } = item;
  const prepared = new Set<number>();
  const frames = new Map([...item.train, ...item.test].map((frame) => [frame.imagePath, frame] as const));
  for (const frame of frames.values()) {
    const number = await context.frame(frame.imagePath, () => prepareFrame(frame, context, options));
    if (number !== undefined) prepared.add(number);
  }
  if (prepared.size === 0) throw new Error('no frame could be prepared');
  const numbers = (split: readonly Co3dFrame[]) =>
    split.map(({ imagePath }) => frameNumber(imagePath)).filter((number) => prepared.has(number));
  return { category, sequence, train: numbers(item.train), test: numbers(item.test) };
}

async function prepareFrame(frame: Co3dFrame, { input, write }: ItemContext, options: Options): Promise<number> {
  const number = frameNumber(frame.imagePath);
  const camera = co3dCamera(frame, options.asOriginal);
  const [imagePath, depthPath, maskPath] = [frame.imagePath, frame.depthPath, frame.maskPath].map((path) =>
    join(input, path),
  ) as [string, string, string];
  const image = await decodeImage(imagePath);
  const depth = await readDepth(depthPath, frame.depthScale);
  const mask = await readMask(maskPath);
  expectSizeOf(frame, 'frame_annotations.jgz', image, imagePath);
  expectSizeOf(image, imagePath, depth, depthPath);
  expectSizeOf(image, imagePath, mask, maskPath);
  // The middle of the image's edges: the same box whichever way pixels are counted.
  const box = principalBox(co3dCamera(frame, true), imagePath);
  const covered = planCover(camera, filmTarget(image, options.imgSize), { box });
  const nearest = options.asOriginal ? 'corner' : 'centre';
  const resized = coverMap(depth, covered, nearest);
  const farthest = resized.values.reduce((far, z) => Math.max(far, z), 0);
  const name = basename(frame.imagePath).replace(/\.\w+$/, '');
  await write(`images/${name}.jpg`, await encodePhotograph(coverImage(image, covered)));
  await write(`depths/${name}.jpg.geometric.png`, encodeGreyPng(sharesOf(resized, farthest)));
  await write(`masks/${name}.png`, encodeGreyPng(coverMap(mask, covered, nearest)));
  const names = ['camera_intrinsics', 'camera_pose'] as const;
  await write(`images/${name}.npz`, encodeCamera(covered.camera, names, { maximum_depth: farthest }));
  return number;
}

/** The PNG's 16-bit numbers are the bits of half-precision floats. */
async function readDepth(path: string, depthScale: number): Promise<PixelMap> {
  const { width, height, values: halves } = await readDepthPng(path);
  const values = new Float32Array(halves.length);
  decodeHalf(halves, values);
  for (let i = 0; i < values.length; i++) {
    const z = (values[i] as number) * depthScale;
    values[i] = z > 0 && z < Number.POSITIVE_INFINITY ? z : 0;
  }
  return { width, height, values };
}

/** Depth as shares of the farthest, which is 65535. */
function sharesOf({ width, height, values }: PixelMap, farthest: number): PixelMap<Uint16Array> {
  const scale = 65_535 / farthest;
  const shares = new Uint16Array(values.length);
  for (let i = 0; i < shares.length; i++) {
    const z = values[i] as number;
    if (z > 0) shares[i] = Math.max(1, Math.round(z * scale));
  }
  return { width, height, values: shares };
}
