import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomically } from '#files/atomic-file.ts';
import { makeFolder } from '#files/folder.ts';
import { type IndexOptions, indexSequence, type SequenceIndex } from './posed-rgbd-index.ts';
import { mapConcurrently } from './rgbd-layouts/concurrently.ts';
import type { RgbdSequence } from './rgbd-layouts/rgbd-sequence.ts';

/** Changes whenever measuring does. */
const version = 1;
const maxFileBytes = 512 * 2 ** 20;

/** Where measured pairs are kept: DUST3R_CACHE, or dust3r-tfjs in the user's cache folder. */
function pairCacheFolder(): string {
  const { DUST3R_CACHE, XDG_CACHE_HOME } = process.env;
  const root = DUST3R_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'dust3r-tfjs');
  return join(root, 'rgbd-pairs');
}

/**
 * The pairs of a sequence: as kept in the cache, or measured and kept there.
 * @returns also, where nothing could be written, a line that says so: the index is good without
 */
export async function measuredIndex(
  sequence: RgbdSequence,
  options: IndexOptions & { readonly cache?: string } = {},
): Promise<{ readonly index: SequenceIndex; readonly note?: string }> {
  const folder = options.cache ?? pairCacheFolder();
  const key = await sequenceKey(sequence, options.maxDepth);
  const cached = await readCached(folder, key, sequence.frames.length);
  if (cached) return { index: cached };
  const index = await indexSequence(sequence, options);
  const failure = await writeCached(folder, key, index);
  return failure ? { index, note: `overlaps are measured anew every time: ${failure}` } : { index };
}

/**
 * A name for what a sequence's index depends on: poses, intrinsics, depth format, and every file's path, size and time of
 * change.
 */
async function sequenceKey(sequence: RgbdSequence, maxDepth: number | undefined): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([version, maxDepth ?? null, sequence.depth]));
  hash.update(JSON.stringify(sequence.listedPairs ?? null));
  const files = sequence.frames.flatMap(({ imagePath, depthPath }) => [imagePath, depthPath]);
  const stamps = await mapConcurrently(files, async (path) => {
    const found = await stat(path).catch(() => undefined);
    return [path, found?.size ?? null, found?.mtimeMs ?? null];
  });
  hash.update(JSON.stringify(stamps));
  for (const { name, intrinsics, camToWorld } of sequence.frames) {
    hash.update(JSON.stringify([name, intrinsics]));
    hash.update(new Uint8Array(camToWorld.buffer, camToWorld.byteOffset, camToWorld.byteLength));
  }
  return hash.digest('hex').slice(0, 32);
}

/** What an earlier run wrote, or undefined where it wrote nothing that can be read: then it is measured again. */
async function readCached(folder: string, key: string, frames: number): Promise<SequenceIndex | undefined> {
  const path = join(folder, `${key}.json`);
  try {
    if ((await stat(path)).size > maxFileBytes) return undefined;
    return parseIndex(JSON.parse(await readFile(path, 'utf8')), frames);
  } catch {
    return undefined;
  }
}

/** @returns why nothing could be written, if so: the index is good without */
async function writeCached(folder: string, key: string, index: SequenceIndex): Promise<string | undefined> {
  const content = {
    pairs: index.pairs.map(({ i, j, overlap }) => [i, j, overlap]),
    broken: index.broken.map(({ file, reason }) => [file, reason]),
  };
  try {
    await makeFolder(folder);
    await writeFileAtomically(join(folder, `${key}.json`), JSON.stringify(content));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function parseIndex(parsed: unknown, frames: number): SequenceIndex | undefined {
  const { pairs, broken } = (parsed ?? {}) as { pairs?: unknown; broken?: unknown };
  if (!Array.isArray(pairs) || !Array.isArray(broken)) return undefined;
  const isPlace = (value: unknown) => Number.isInteger(value) && Number(value) >= 0 && Number(value) < frames;
  const isSound =
    pairs.every((pair) => Array.isArray(pair) && isPlace(pair[0]) && isPlace(pair[1]) && Number.isFinite(pair[2])) &&
    broken.every((entry) => Array.isArray(entry) && entry.every((text) => typeof text === 'string'));
  if (!isSound) return undefined;
  return {
    pairs: (pairs as [number, number, number][]).map(([i, j, overlap]) => ({ i, j, overlap })),
    broken: (broken as [string, string][]).map(([file, reason]) => ({ kind: 'file', file, reason })),
  };
}
