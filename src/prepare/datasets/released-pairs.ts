import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FinishContext, Flag, PlanContext } from './preparation.ts';

/** What the lists of pairs that DUSt3R's authors released have in common: they say which images are needed. */

export const pairsFlag = {
  type: 'string',
  describe: 'the released list of pairs; by default it is looked for under its own name in the input',
} as const satisfies Flag;

/** An image of the prepared data. */
export interface PairImage {
  /** The folder of its item, with slashes. */
  readonly item: string;
  /** In that folder, without its ending. */
  readonly name: string;
}

/** A list of pairs that was read. */
export interface PairList {
  readonly length: number;
  image(row: number, side: 0 | 1): PairImage;
}

/** How a dataset's list is called, read and cut down. */
export interface ReleasedPairs {
  /** As it is downloaded. */
  readonly file: string;
  /** As the loader reads it. */
  readonly index: string;
  /** @throws Error, one line that names the file */
  read(path: string): Promise<PairList>;
  /** The list with these of its rows only. */
  take(path: string, rows: Uint32Array): Promise<Uint8Array>;
}

const source = 'https://download.europe.naverlabs.com/ComputerVision/DUSt3R/';

/** What is left of an item when it was prepared. */
export interface ListedFacts {
  /** The names of its images that were prepared. */
  readonly images: readonly string[];
}

/** The names of the images that are in a pair, by item, both sorted. */
export async function listedImages(
  { input, signal, onStep }: PlanContext,
  released: ReleasedPairs,
  pairs: string | undefined,
): Promise<Map<string, string[]>> {
  const path = await findPairs(input, released, pairs);
  onStep(`reading ${path}`);
  const list = await released.read(path);
  const byItem = new Map<string, Set<string>>();
  for (let row = 0; row < list.length; row++) {
    if (row % 65_536 === 0) signal?.throwIfAborted();
    for (const side of [0, 1] as const) {
      const { item, name } = list.image(row, side);
      if (!byItem.has(item)) byItem.set(expectInside(item, path), new Set());
      const names = byItem.get(item) as Set<string>;
      if (!names.has(name)) names.add(expectInside(name, path));
    }
  }
  return new Map([...byItem].sort(byKey).map(([item, names]) => [item, [...names].sort()]));
}

/**
 * Writes the list of the pairs whose images were both prepared.
 * @throws Error, one line, if there are none
 */
export async function writeListedPairs(
  { input, items, writeIndex }: FinishContext<ListedFacts>,
  released: ReleasedPairs,
  pairs: string | undefined,
): Promise<void> {
  const path = await findPairs(input, released, pairs);
  const list = await released.read(path);
  const there = new Map(items.map(({ key, facts }) => [key, new Set(facts.images)]));
  const isThere = (row: number, side: 0 | 1) => {
    const { item, name } = list.image(row, side);
    return there.get(item)?.has(name) === true;
  };
  const rows = Uint32Array.from({ length: list.length }, (_, row) => row);
  const kept = rows.filter((row) => isThere(row, 0) && isThere(row, 1));
  if (kept.length === 0) throw new Error(`${path}: of none of its ${list.length} pairs both images could be prepared`);
  await writeIndex(released.index, await released.take(path, kept));
}

async function findPairs(input: string, { file }: ReleasedPairs, given: string | undefined): Promise<string> {
  const path = given ?? join(input, file);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return path;
  throw new Error(
    `${path}: expected the released list of pairs, found none; download ${source}${file}, or give --pairs`,
  );
}

/** @throws Error if a name would lead out of its folder */
function expectInside(name: string, path: string): string {
  const parts = name.split('/');
  if (parts.every((part) => part !== '' && part !== '.' && part !== '..') && !/[\\\0]/.test(name)) return name;
  throw new Error(`${path}: expected the names of scenes and images, found "${name}"`);
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** What a folder holds, for errors. */
export async function whatIsIn(folder: string): Promise<string> {
  const entries = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  return entries.length > 5 ? `${entries.slice(0, 5).join(', ')}, …` : entries.join(', ') || 'nothing';
}
