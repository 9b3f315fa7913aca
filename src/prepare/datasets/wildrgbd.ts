import { join } from 'node:path';
import { principalBox } from '#data/crop-resize.ts';
import { storedCamera } from '#data/published/stored-camera.ts';
import { readJson, readJsonNumbers } from '#data/published/stored-numbers.ts';
import { readDepthPng } from '#data/rgbd-layouts/depth-png.ts';
import { readRows, rowNumbers } from '#data/rgbd-layouts/number-rows.ts';
import type { Camera } from '#geometry/camera.ts';
import { decodeImage } from '#image/decode.ts';
import { roundHalfToEven } from '#image/fit.ts';
import { planCategories } from './categories.ts';
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
  trainNumSequencesPerObject: {
    type: 'number',
    default: 50,
    isWhole: true,
    range: [0, 100_000],
    describe: 'sequences to train on, at most, of each category',
  },
  testNumSequencesPerObject: {
    type: 'number',
    default: 10,
    isWhole: true,
    range: [0, 100_000],
    describe: 'sequences to test on, at most, of each category',
  },
  imgSize: imageSizeFlag,
  seed: seedFlag,
  asOriginal: asOriginalFlag,
} as const satisfies Flags;

type Options = OptionsOf<typeof flags>;

/** A sequence: `<category>/scenes/<scene>`. */
interface WildRgbdItem extends PreparationItem {
  readonly category: string;
  readonly sequence: string;
  readonly split: 'train' | 'test';
}

/** What the loader chooses pairs from. */
const framesPerSequence = 100;

/** WildRGB-D as `WildRGBD(ROOT=…)` reads it (spec 4.4). */
export const wildRgbdPreparation: Preparation<typeof flags, WildRgbdItem, FilmFacts> = {
  name: 'wildrgbd',
  version: 1,
  flags,
  plan,
  prepareItem,
  finish: writeSelectedSequences,
};

const lists = ['camera_eval_list.json', 'nvs_list.json'] as const;

function plan(context: PlanContext, options: Options): Promise<WildRgbdItem[]> {
  const layout = { name: 'wildrgbd', dataset: 'WildRGB-D', sign: lists[0], only: options.category };
  return planCategories(context, layout, (category) => planCategory(context.input, category, options));
}

/** What both lists train on is for training; other sequences that they name are for tests. */
async function planCategory(input: string, category: string, options: Options): Promise<WildRgbdItem[]> {
  const [first, second] = await Promise.all(lists.map((list) => readList(join(input, category, list))));
  const named = new Set([first, second].flatMap((list) => [...(list?.train ?? []), ...(list?.val ?? [])]));
  const isTrained = (sequence: string) => first?.train.has(sequence) === true && second?.train.has(sequence) === true;
  const drawn = (split: 'train' | 'test', count: number) => {
    const own = [...named].filter((sequence) => isTrained(sequence) === (split === 'train'));
    return drawSequences(own, count, options.seed + categoryNumber(category)).map((sequence) => {
      return { key: `${category}/${sequence}`, frames: framesPerSequence, category, sequence, split };
    });
  };
  return [...drawn('train', options.trainNumSequencesPerObject), ...drawn('test', options.testNumSequencesPerObject)];
}

interface SplitList {
  readonly train: ReadonlySet<string>;
  readonly val: ReadonlySet<string>;
}

async function readList(path: string): Promise<SplitList> {
  const contents = Object(await readJson(path)) as Record<string, unknown>;
  const sequencesOf = (split: string) => {
    const names = contents[split];
    if (Array.isArray(names) && names.every((name) => typeof name === 'string'))
      return new Set(names.map((name: string) => `scenes/${name.replace(/^scenes\//, '')}`));
    throw new Error(`${path}: expected ${split} to be a list of scenes`);
  };
  return { train: sequencesOf('train'), val: sequencesOf('val') };
}

async function prepareItem(item: WildRgbdItem, context: ItemContext, options: Options): Promise<FilmFacts> {
  const { category, sequence, split } = item;
  const folder = join(context.input, item.key);
  const { K, w, h } = await readJsonNumbers(join(folder, 'metadata'), { K: [9], w: [], h: [] });
  const posesPath = join(folder, 'cam_poses.txt');
  const poses = (await readRows(posesPath)).map((row) => rowNumbers(row, posesPath));
  const size = { width: w[0] as number, height: h[0] as number };
  const numbers: number[] = [];
  for (const row of evenly(poses, framesPerSequence)) {
    const [id = Number.NaN, ...pose] = row;
    const name = String(id).padStart(5, '0');
    const number = await context.frame(`${item.key}/rgb/${name}.png`, async () => {
      const camera = { ...storedCamera(byRows(K), pose, `${posesPath}: frame ${id}`), ...size };
      await prepareFrame({ folder, name, camera }, context, options);
      return id;
    });
    if (number !== undefined) numbers.push(number);
  }
  if (numbers.length === 0) throw new Error('no frame could be prepared');
  return { category, sequence, train: [], test: [], [split]: numbers };
}

/** So many rows at equal distances, the first and the last among them; all if there are no more. */
function evenly<Row>(rows: readonly Row[], count: number): Row[] {
  const places = Array.from({ length: count }, (_, i) => roundHalfToEven((i * (rows.length - 1)) / (count - 1)));
  return rows.filter((_, place) => places.includes(place));
}

/** K is stored column by column. */
function byRows(K: ArrayLike<number>): number[] {
  return [0, 3, 6, 1, 4, 7, 2, 5, 8].map((at) => K[at] as number);
}

interface Frame {
  readonly folder: string;
  readonly name: string;
  readonly camera: Camera;
}

async function prepareFrame({ folder, name, camera }: Frame, context: ItemContext, options: Options): Promise<void> {
  const { write } = context;
  const paths = { rgb: join(folder, 'rgb', `${name}.png`), depth: join(folder, 'depth', `${name}.png`) };
  const maskPath = join(folder, 'masks', `${name}.png`);
  const image = await decodeImage(paths.rgb);
  const depth = await readDepthPng(paths.depth);
  const mask = await readMask(maskPath);
  expectSizeOf(camera, 'metadata', image, paths.rgb);
  expectSizeOf(image, paths.rgb, depth, paths.depth);
  expectSizeOf(image, paths.rgb, mask, maskPath);
  const covered = planCover(camera, filmTarget(image, options.imgSize), { box: principalBox(camera, paths.rgb) });
  const nearest = options.asOriginal ? 'corner' : 'centre';
  await write(`rgb/${name}.jpg`, await encodePhotograph(coverImage(image, covered)));
  await write(`depth/${name}.png`, encodeGreyPng(coverMap(depth, covered, nearest)));
  await write(`masks/${name}.png`, encodeGreyPng(coverMap(mask, covered, nearest)));
  await write(`metadata/${name}.npz`, encodeCamera(covered.camera, ['camera_intrinsics', 'camera_pose']));
}
