import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson } from './stored-numbers.ts';

export interface IndexFile {
  /** The dataset's name in expressions. */
  readonly dataset: string;
  /** The folder of the prepared data. */
  readonly root: string;
  /** Lists the pairs; its path within the folder. */
  readonly file: string;
}

/**
 * Reads the file that lists a dataset's pairs.
 * @param read is given its path, and throws errors that name it
 * @throws Error, one line that names the folder or file that is missing or unfit, and what the folder looks like instead
 */
export async function readIndex<Index>(
  { dataset, root, file }: IndexFile,
  read: (path: string) => Promise<Index>,
): Promise<Index> {
  const found = await stat(root).catch((error: NodeJS.ErrnoException) => {
    throw unfitRoot(dataset, root, error.code === 'ENOENT' ? 'no such folder' : error.message);
  });
  if (!found.isDirectory()) throw unfitRoot(dataset, root, 'expected a folder, found a file');
  return read(join(root, file)).catch(async (error: Error) => {
    const found = await lookAlike(root);
    const isOther = found !== undefined && found !== dataset;
    const readme = `datasets/${dataset.toLowerCase()}/README.md`;
    const hint = isOther ? `${root} looks like ${found}` : `see ${readme} for the layout`;
    throw new Error(`${dataset}: ${error.message}; ${hint}`, { cause: error });
  });
}

function unfitRoot(dataset: string, root: string, problem: string): Error {
  return new Error(`${dataset}: ${root}: ${problem}; give the folder of the prepared data as ROOT='…'`);
}

type Sign = (entries: readonly string[], root: string) => boolean | Promise<boolean>;

const has = (entries: readonly string[], pattern: RegExp) => entries.some((entry) => pattern.test(entry));

/** What tells the folders of prepared data apart, from the surest to the least sure. */
const signs: readonly (readonly [looksLike: string, sign: Sign])[] = [
  ['Co3d', (entries, root) => hasSequences(entries, root, 'images')],
  ['WildRGBD', (entries, root) => hasSequences(entries, root, 'rgb')],
  ['BlendedMVS', (entries) => entries.includes('blendedmvs_pairs.npy')],
  ['StaticThings3D', (entries) => has(entries, /^(staticthings_pairs\.npy|TRAIN)$/)],
  ['Waymo', (entries) => entries.includes('waymo_pairs.npz')],
  ['Habitat', (entries) => has(entries, /^Habitat_\w+_scenes_/)],
  ['ARKitScenes', (entries) => has(entries, /^(Training|Test)$/)],
  ['MegaDepth', (entries) => has(entries, /^(all_metadata|megadepth_pairs)\.npz$/) && has(entries, /^\d{4}$/)],
  ['ScanNetpp', (entries) => entries.includes('all_metadata.npz')],
  ['PosedRgbd', (entries) => has(entries, /^(K|poses)\.txt$/)],
  ['the raw CO3D, which `dust3r prepare co3d` prepares', (entries, root) => isRawCo3d(entries, root)],
];

/** The dataset, or whatever it is, that a folder looks like. */
async function lookAlike(root: string): Promise<string | undefined> {
  const entries = (await listed(root)).sort();
  for (const [looksLike, sign] of signs) if (await sign(entries, root)) return looksLike;
  return undefined;
}

/** Whether the first sequence that a Co3d-like index lists has its frames in such a folder. */
async function hasSequences(entries: readonly string[], root: string, folder: string): Promise<boolean> {
  const file = entries.find((entry) => /^selected_seqs_\w+\.json$/.test(entry));
  if (file === undefined) return false;
  const categories = Object.entries(Object(await readJson(join(root, file)).catch(() => ({}))));
  const [sequence] = categories.flatMap(([category, inside]) =>
    Object.keys(Object(inside)).map((name) => join(root, category, name)),
  );
  return sequence !== undefined && (await listed(sequence)).includes(folder);
}

async function isRawCo3d(entries: readonly string[], root: string): Promise<boolean> {
  const inside = await Promise.all(entries.slice(0, 3).map((entry) => listed(join(root, entry))));
  return inside.some((files) => files.includes('frame_annotations.jgz'));
}

/** The entries of a folder, none if it is not there. */
function listed(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
