import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readJson } from '#data/published/stored-numbers.ts';
import { readJsonRecords } from './json-records.ts';

/** A photograph of CO3D as `frame_annotations.jgz` describes it. Paths are relative to the dataset's folder. */
export interface Co3dFrame {
  readonly imagePath: string;
  readonly depthPath: string;
  readonly maskPath: string;
  readonly width: number;
  readonly height: number;
  /** Depth of a step of the stored one. */
  readonly depthScale: number;
  readonly viewpoint: Co3dViewpoint;
}

/** As PyTorch3D has it: X_camera = X_world · R + T, with x to the left and y up; intrinsics in units of the image. */
export interface Co3dViewpoint {
  readonly R: readonly (readonly number[])[];
  readonly T: readonly number[];
  readonly focal_length: readonly number[];
  readonly principal_point: readonly number[];
  readonly intrinsics_format?: string;
}

type Split = 'train' | 'test';

/** [split, sequence, path of the photograph] */
export type ListedFrame = readonly [split: Split, sequence: string, imagePath: string];

/**
 * The frames that a category's set lists name: of `fewview_train`, or for the single-sequence subset of all
 * `manyview_dev_*`.
 * @throws Error, one line that names the file
 */
export async function readSetLists(category: string, isSubset: boolean): Promise<ListedFrame[]> {
  const folder = join(category, 'set_lists');
  const wanted = isSubset ? /^set_lists_manyview_dev_\d+\.json$/ : /^set_lists_fewview_train\.json$/;
  const files = (await readdir(folder).catch((): string[] => [])).filter((name) => wanted.test(name)).sort();
  const name = isSubset ? 'set_lists_manyview_dev_0.json' : 'set_lists_fewview_train.json';
  if (files.length === 0) {
    const hint = isSubset ? '' : '; the single-sequence subset needs --single-sequence-subset';
    throw new Error(`${join(folder, name)}: no such file${hint}`);
  }
  const lists = await Promise.all(files.map((file) => readSetList(join(folder, file))));
  return lists.flat();
}

async function readSetList(path: string): Promise<ListedFrame[]> {
  const contents = Object(await readJson(path)) as Record<string, unknown>;
  return (['train', 'test'] as const).flatMap((split) => {
    const entries = contents[split] ?? [];
    if (!Array.isArray(entries)) throw new Error(`${path}: expected ${split} to be a list of frames`);
    return entries.map((entry: unknown) => {
      const [sequence, , imagePath] = Array.isArray(entry) ? entry : [];
      if (typeof sequence === 'string' && typeof imagePath === 'string') return [split, sequence, imagePath] as const;
      throw new Error(`${path}: expected frames as [sequence, number, path], found ${JSON.stringify(entry)}`);
    });
  });
}

/** The sequences whose cameras are reconstructed better than that. @throws Error, one line that names the file */
export async function readGoodSequences(path: string, minQuality: number, signal?: AbortSignal): Promise<Set<string>> {
  const good = new Set<string>();
  const onRecord = ({ sequence_name, viewpoint_quality_score }: Readonly<Record<string, unknown>>) => {
    if (typeof sequence_name === 'string' && Number(viewpoint_quality_score ?? Number.NaN) > minQuality)
      good.add(sequence_name);
  };
  await readJsonRecords(path, onRecord, signal);
  return good;
}

/** Those of a category's frames that are wanted, by the path of the photograph. @throws Error as readGoodSequences */
export async function readFrames(
  path: string,
  isWanted: (imagePath: string) => boolean,
  signal?: AbortSignal,
): Promise<Map<string, Co3dFrame>> {
  const frames = new Map<string, Co3dFrame>();
  const onRecord = (record: Readonly<Record<string, unknown>>) => {
    const { path: imagePath } = Object(record['image']) as { path?: unknown };
    if (typeof imagePath === 'string' && isWanted(imagePath)) {
      const frame = frameOf(record);
      if (frame) frames.set(imagePath, frame);
    }
  };
  await readJsonRecords(path, onRecord, signal);
  return frames;
}

/** Undefined where something that is needed is missing. */
function frameOf(record: Readonly<Record<string, unknown>>): Co3dFrame | undefined {
  const [image, depth, mask, viewpoint] = ['image', 'depth', 'mask', 'viewpoint'].map((name) => Object(record[name]));
  const { path: imagePath, size } = image as { path: unknown; size: unknown };
  const { path: depthPath, scale_adjustment: depthScale = 1 } = depth as { path: unknown; scale_adjustment?: unknown };
  const { path: maskPath } = mask as { path: unknown };
  const [height, width] = Array.isArray(size) ? size : [];
  const hasPaths = typeof imagePath === 'string' && typeof depthPath === 'string' && typeof maskPath === 'string';
  if (!hasPaths || !isPositive(width) || !isPositive(height) || !isPositive(depthScale)) return undefined;
  return { imagePath, depthPath, maskPath, width, height, depthScale, viewpoint: viewpoint as Co3dViewpoint };
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY;
}

/** The number in `frame000012.jpg`, which need not be the frame's place in the film. */
export function frameNumber(imagePath: string): number {
  const [, digits] = /^frame(\d+)\.\w+$/.exec(basename(imagePath)) ?? [];
  if (digits !== undefined) return Number(digits);
  throw new Error(`${imagePath}: expected a photograph named as frame000012.jpg`);
}
