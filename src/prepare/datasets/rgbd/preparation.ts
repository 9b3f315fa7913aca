import { relative } from 'node:path';
import { type Camera, intrinsicsOf } from '#geometry/camera.ts';
import type {
  Flags,
  ItemContext,
  OptionsOf,
  PlanContext,
  Preparation,
  PreparationItem,
} from '#prepare/datasets/preparation.ts';
import { findSources, rgbdSources } from './find-sources.ts';
import { prepareFrame } from './prepare-frame.ts';
import { recordingProblem } from './record3d.ts';
import type { SourceFrame, SourceSequence } from './source.ts';

const flags = {
  layout: {
    type: 'string',
    choices: rgbdSources.map(({ name }) => name),
    describe: 'what the input is; found out by its files',
  },
  every: { type: 'number', default: 1, isWhole: true, range: [1, 1_000_000], describe: 'every n-th frame' },
  frames: { type: 'string', describe: 'start:stop: these frames of every sequence, counted from 0' },
  size: {
    type: 'number',
    isWhole: true,
    range: [16, 8192],
    describe: "the long side's pixels; larger images are shrunk",
  },
  maxDepth: { type: 'number', range: [1e-3, 65.535], describe: 'metres; farther depth counts as unknown' },
  depthScale: {
    type: 'number',
    range: [1e-9, 1e9],
    describe: "metres of one step of the stored depth; of COLMAP's models, of their unit",
  },
} as const satisfies Flags;

type Options = OptionsOf<typeof flags>;

/** A sequence, with the frames that are wanted. */
interface RgbdItem extends PreparationItem {
  readonly sequence: SourceSequence;
}

/** Own sequences, and datasets without a preparation of their own, as `PosedRgbd(ROOT=…)` reads them. */
export const rgbdPreparation: Preparation<typeof flags, RgbdItem, object> = {
  name: 'rgbd',
  version: 1,
  flags,
  plan,
  prepareItem,
  finish: async () => {}, // folders of sequences need no list
};

async function plan(context: PlanContext, options: Options): Promise<RgbdItem[]> {
  const { input } = context;
  const { layout, depthScale } = options;
  const keep = frameFilter(options);
  const { sequences, recordings } = await findSources(input, layout);
  if (sequences.length + recordings.length === 0) throw nothingFound(input, layout);
  const items: RgbdItem[] = [];
  for (const { folder, key, source } of sequences) {
    context.onStep(`reading ${key} (${source.name})`);
    try {
      const all = await source.read(folder, key, depthScale === undefined ? {} : { depthScale });
      const sequence = { ...all, frames: sorted(all.frames).filter((_, place) => keep(place)) };
      items.push({ key, frames: sequence.frames.length + sequence.unusable.length, sequence });
    } catch (error) {
      context.skip(key, folder, error);
    }
  }
  for (const path of recordings) context.skip(relative(input, path), path, new Error(recordingProblem));
  return items;
}

function frameFilter({ every, frames }: Options): (place: number) => boolean {
  const [, start, stop] = /^(\d+):(\d+)$/.exec(frames ?? `0:${Number.MAX_SAFE_INTEGER}`) ?? [];
  const [first, end] = [Number(start), Number(stop)];
  if (!(first < end)) throw new Error(`--frames: expected start:stop, such as 0:500, got ${frames}`);
  return (place) => place >= first && place < end && (place - first) % every === 0;
}

function nothingFound(input: string, layout: string | undefined): Error {
  const wanted = rgbdSources.filter(({ name }) => layout === undefined || name === layout);
  const expected = wanted.map(({ name, describe }) => `${describe} (${name})`).join('; or ');
  return new Error(`prepare rgbd: ${input}: expected, there or up to 3 folders below, ${expected}; found none`);
}

/** In the order that the loader lists images in. */
function sorted<Frame extends { readonly name: string }>(frames: readonly Frame[]): Frame[] {
  return [...frames].sort((a, b) => (`${a.name}.jpg` < `${b.name}.jpg` ? -1 : 1));
}

async function prepareItem({ sequence }: RgbdItem, context: ItemContext, options: Options): Promise<object> {
  const { frames, unusable, depth } = sequence;
  for (const { file, reason } of unusable) await context.frame(file, () => Promise.reject(new Error(reason)));
  const { size, maxDepth } = options;
  const names = new Set<string>();
  const cameras: Camera[] = [];
  for (const frame of frames) {
    const camera = await context.frame(frame.imagePath, async () => {
      expectNew(frame, names);
      return prepareFrame(frame, { depth, size, maxDepth }, context.write);
    });
    if (camera) cameras.push(camera);
  }
  if (cameras.length === 0) throw new Error('no frame could be prepared');
  await context.write('K.txt', intrinsicsText(cameras));
  await context.write('poses.txt', lines(cameras.map(({ camToWorld }) => camToWorld)));
  return {};
}

function expectNew({ name, imagePath }: SourceFrame, names: Set<string>): void {
  if (names.has(name)) throw new Error(`${imagePath}: another frame is named ${name} too`);
  names.add(name);
}

/** One matrix, or a line for each image where they differ. */
function intrinsicsText(cameras: readonly Camera[]): string {
  const matrices = cameras.map((camera) => [...intrinsicsOf(camera)]);
  const isOne = new Set(matrices.map(String)).size === 1;
  return lines(isOne ? [0, 3, 6].map((at) => matrices[0]?.slice(at, at + 3) ?? []) : matrices);
}

function lines(rows: readonly ArrayLike<number>[]): string {
  return rows.map((row) => `${Array.from(row).join(' ')}\n`).join('');
}
