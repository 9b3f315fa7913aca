import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { mapConcurrently } from './concurrently.ts';
import { posedRgbdLayout } from './posed-rgbd-layout.ts';
import type { LayoutName, LayoutOptions, RgbdLayout, RgbdSequence } from './rgbd-sequence.ts';
import { sevenScenesLayout } from './seven-scenes-layout.ts';
import { tumLayout } from './tum-layout.ts';

const layouts: readonly RgbdLayout[] = [posedRgbdLayout, sevenScenesLayout, tumLayout];
export const layoutNames: readonly LayoutName[] = layouts.map(({ name }) => name);

/** dataset / scene / sequence */
const maxDepth = 3;
const maxFolders = 100_000;

export interface FoundSequence {
  readonly folder: string;
  /** The folder below the root, with slashes; the root's own name where the root is the sequence. */
  readonly label: string;
  readonly layout: RgbdLayout;
}

/**
 * The sequences in a folder, or the folder itself where it is one, sorted by label. No file is opened.
 * @throws Error, one line that says what was looked for
 */
export async function findSequences(root: string, layout?: LayoutName): Promise<FoundSequence[]> {
  const wanted = layouts.filter(({ name }) => layout === undefined || name === layout);
  const info = await stat(root).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${root}: ${error.code === 'ENOENT' ? `no such folder${howToMake(root)}` : error.message}`, {
      cause: error,
    });
  });
  if (!info.isDirectory()) throw new Error(`${root}: expected a folder of posed RGB-D frames, found a file`);
  const found: FoundSequence[] = [];
  let visited = 0;
  const visit = async (folder: string, depth: number): Promise<void> => {
    visited += 1;
    if (visited > maxFolders) throw new Error(`${root}: more than ${maxFolders} folders; name one of those inside`);
    const entries = await readdir(folder, { withFileTypes: true });
    const match = wanted.find((each) => each.matches(entries.map(({ name }) => name)));
    if (match) found.push({ folder, label: labelOf(root, folder), layout: match });
    else if (depth < maxDepth) for (const inner of await foldersOf(folder, entries)) await visit(inner, depth + 1);
  };
  await visit(root, 0);
  if (found.length > 0) return found.sort((a, b) => (a.label < b.label ? -1 : 1));
  const expected = wanted.map(({ name, describe }) => `${describe} (${name})`).join('; or ');
  throw new Error(`${root}: no posed RGB-D frames there or up to ${maxDepth} folders below; looked for ${expected}`);
}

/** The folders of our recipes' data are rendered. */
function howToMake(root: string): string {
  const [, split] = /(?:^|\/)datasets\/synthetic\/data\/(train|val)\/?$/.exec(root) ?? [];
  if (split === undefined) return '';
  const options = split === 'val' ? '--scenes 20 --split val' : '--scenes 200';
  return `; make it with \`dust3r prepare synthetic ${options} --output ${root}\``;
}

/** Links to folders count; hidden ones do not. */
async function foldersOf(folder: string, entries: readonly Dirent[]): Promise<string[]> {
  const candidates = entries.filter((entry) => !entry.isFile() && !entry.name.startsWith('.'));
  const paths = candidates.map(({ name }) => join(folder, name));
  const isFolder = await Promise.all(
    paths.map(async (path) => (await stat(path).catch(() => undefined))?.isDirectory() ?? false),
  );
  return paths.filter((_, at) => isFolder[at]);
}

/** Reads the indices of sequences: names, intrinsics, poses. @throws Error, one line that names the file */
export function readSequences(found: readonly FoundSequence[], options: LayoutOptions): Promise<RgbdSequence[]> {
  return mapConcurrently(found, ({ folder, label, layout }) => layout.read(folder, label, options));
}

function labelOf(root: string, folder: string): string {
  return relative(root, folder).split(sep).join('/') || basename(resolve(root));
}
