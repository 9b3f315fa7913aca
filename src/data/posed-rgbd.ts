import type { PythonValue } from '#notation/python-call.ts';
import type { ArgumentSpec, DatasetType } from './dataset-type.ts';
import { openPosedRgbd } from './posed-rgbd-pairs.ts';
import { layoutNames } from './rgbd-layouts/find-sequences.ts';
import type { Intrinsics, LayoutName } from './rgbd-layouts/rgbd-sequence.ts';

/**
 * Folders of image, depth, pose and intrinsics (`datasets/rgbd/README.md`), in expressions:
 * `PosedRgbd(ROOT='datasets/office', overlap=(0.3, 0.95), max_pairs=5000, every=2)`.
 */
export const posedRgbdDataset: DatasetType = {
  name: 'PosedRgbd',
  positional: ['ROOT'],
  arguments: {
    ROOT: { describe: 'folder of one sequence, or of several', read: readText },
    split: optional('the sequences listed in <split>.txt (7-Scenes: TrainSplit.txt, TestSplit.txt)', readText),
    overlap: { describe: 'least and largest share seen by both views', read: readOverlap, default: [0.3, 0.95] },
    max_pairs: optional('balanced over overlaps; None: 20 for each frame', readCount),
    every: { describe: 'every n-th frame only', read: readCount, default: 1 },
    frames: optional('(start, stop): these frames of every sequence', readRange),
    layout: optional(`${layoutNames.join(', ')}; None: found out`, readLayout),
    intrinsics: optional('(fx, fy, cx, cy) of the images, or with (…, width, height) of that size', readIntrinsics),
    depth_scale: optional('metres of one step of the stored depth', readPositive),
    max_depth: optional('metres; what is farther counts as unknown', readPositive),
    max_broken: { describe: 'share of the frames that may be broken', read: readShare, default: 0.25 },
    cache: optional('folder for measured overlaps', readText),
  },
  open: (values) =>
    openPosedRgbd({
      root: values['ROOT'] as string,
      overlap: values['overlap'] as [number, number],
      every: values['every'] as number,
      maxBroken: values['max_broken'] as number,
      ...given('split', values['split'] as string | null),
      ...given('maxPairs', values['max_pairs'] as number | null),
      ...given('frames', values['frames'] as [number, number] | null),
      ...given('layout', values['layout'] as LayoutName | null),
      ...given('intrinsics', values['intrinsics'] as Intrinsics | null),
      ...given('depthScale', values['depth_scale'] as number | null),
      ...given('maxDepth', values['max_depth'] as number | null),
      ...given('cache', values['cache'] as string | null),
    }),
};

function optional(describe: string, read: (value: PythonValue) => unknown): ArgumentSpec {
  return { describe, read: (value) => (value === null ? null : read(value)), default: null };
}

function given<Name extends string, Value>(name: Name, value: Value | null | undefined): { [key in Name]?: Value } {
  return value === null || value === undefined ? {} : ({ [name]: value } as { [key in Name]: Value });
}

function expected(what: string, value: PythonValue): TypeError {
  return new TypeError(`expected ${what}, got ${JSON.stringify(value)}`);
}

function readText(value: PythonValue): string {
  if (typeof value === 'string' && value !== '') return value;
  throw expected('a text', value);
}

function readCount(value: PythonValue): number {
  if (Number.isSafeInteger(value) && Number(value) >= 1) return Number(value);
  throw expected('a whole number from 1', value);
}

function readPositive(value: PythonValue): number {
  if (typeof value === 'number' && value > 0 && value < Infinity) return value;
  throw expected('a number above 0', value);
}

function readShare(value: PythonValue): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw expected('a share from 0 to 1', value);
}

function readOverlap(value: PythonValue): [number, number] {
  const [low, high, ...rest] = numbers(value);
  if (low !== undefined && high !== undefined && rest.length === 0 && 0 <= low && low <= high && high <= 1)
    return [low, high];
  throw expected('(least, largest) with 0 ≤ least ≤ largest ≤ 1', value);
}

function readRange(value: PythonValue): [number, number] {
  const [start, stop, ...rest] = numbers(value);
  const isRange = start !== undefined && stop !== undefined && rest.length === 0 && Number.isInteger(start);
  if (isRange && start >= 0 && stop > start) return [start, stop];
  throw expected('(start, stop) with 0 ≤ start < stop', value);
}

function readLayout(value: PythonValue): LayoutName {
  const found = layoutNames.find((name) => name === value);
  if (found) return found;
  throw expected(`one of ${layoutNames.map((name) => `'${name}'`).join(', ')}`, value);
}

function readIntrinsics(value: PythonValue): Intrinsics {
  const [fx = 0, fy = 0, cx = Number.NaN, cy = Number.NaN, width = 0, height = 0] = numbers(value);
  const count = numbers(value).length;
  const isSound =
    (count === 4 || (count === 6 && width > 0 && height > 0)) && fx > 0 && fy > 0 && Number.isFinite(cx + cy);
  if (!isSound) throw expected('(fx, fy, cx, cy) or (fx, fy, cx, cy, width, height) in pixels', value);
  return { focalPx: [fx, fy], principalPx: [cx, cy], ...(count === 6 ? { size: { width, height } } : {}) };
}

/** The items of a tuple of numbers; anything else is an empty one. */
function numbers(value: PythonValue): number[] {
  const isTuple = Array.isArray(value) && value.every((item) => typeof item === 'number');
  return isTuple ? (value as number[]) : [];
}
