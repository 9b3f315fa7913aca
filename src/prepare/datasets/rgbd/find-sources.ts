import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { posedRgbdLayout } from '#data/rgbd-layouts/posed-rgbd-layout.ts';
import { sevenScenesLayout } from '#data/rgbd-layouts/seven-scenes-layout.ts';
import { tumLayout } from '#data/rgbd-layouts/tum-layout.ts';
import { colmapSource } from './colmap.ts';
import { nerfstudioSource } from './nerfstudio.ts';
import { record3dSource, recordingEnding } from './record3d.ts';
import { scanNetSource } from './scannet.ts';
import type { RgbdSource } from './source.ts';

/** Those with files that no other has come first. */
export const rgbdSources: readonly RgbdSource[] = [
  tumLayout,
  sevenScenesLayout,
  nerfstudioSource,
  record3dSource,
  scanNetSource,
  colmapSource,
  posedRgbdLayout,
];

/** collection / scene / sequence */
const maxDepth = 3;

interface FoundSource {
  readonly folder: string;
  /** The folder below the input, with slashes; the input's own name where it is the sequence. */
  readonly key: string;
  readonly source: RgbdSource;
}

export interface FoundSources {
  readonly sequences: readonly FoundSource[];
  /** Paths of recordings of Record3D, which are not read. */
  readonly recordings: readonly string[];
}

/**
 * The sequences in a folder and up to three folders below, by the names of their files; inside a sequence nothing is
 * looked for.
 * @param wanted the name of a source; any without
 */
export async function findSources(input: string, wanted?: string): Promise<FoundSources> {
  const sources = rgbdSources.filter(({ name }) => wanted === undefined || name === wanted);
  const sequences: FoundSource[] = [];
  const recordings: string[] = [];
  const visit = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.map(({ name }) => name);
    recordings.push(...names.filter((name) => name.endsWith(recordingEnding)).map((name) => join(folder, name)));
    const source = sources.find((each) => each.matches(names));
    if (source) sequences.push({ folder, key: keyOf(input, folder), source });
    else if (depth < maxDepth) for (const inner of visibleFolders(entries)) await visit(join(folder, inner), depth + 1);
  };
  await visit(input, 0);
  return { sequences: sequences.sort((a, b) => (a.key < b.key ? -1 : 1)), recordings: recordings.sort() };
}

function visibleFolders(entries: readonly Dirent[]): string[] {
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
}

function keyOf(input: string, folder: string): string {
  return relative(input, folder).split(sep).join('/') || basename(input);
}
