import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '#files/folder.ts';

const DAY_MS = 24 * 3600 * 1000;

/** Where engines are kept: DUST3R_CACHE, or dust3r-tfjs in the user's cache folder. */
export function cacheFolder(): string {
  const { DUST3R_CACHE, XDG_CACHE_HOME } = process.env;
  return DUST3R_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'dust3r-tfjs');
}

/**
 * Builds a folder beside its final place and renames it there when it is whole, so that nobody ever sees half of it.
 * Of two processes that build the same folder the first wins, and both go on with that one.
 * @param replace takes the place of a folder that is there already; without it such a folder wins
 */
export async function buildFolder(
  folder: string,
  build: (unfinished: string) => Promise<void>,
  replace = false,
): Promise<void> {
  await makeFolder(dirname(folder));
  await sweep(folder);
  const unfinished = `${folder}.${uniqueSuffix()}`;
  try {
    await mkdir(unfinished);
    await build(unfinished);
    if (replace) await setAside(folder);
    await rename(unfinished, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Renames the folder away before it is deleted: a process that has loaded it keeps its files. */
async function setAside(folder: string): Promise<void> {
  const old = `${folder}.${uniqueSuffix()}`;
  const renamed = await rename(folder, old).then(
    () => true,
    () => false,
  );
  if (renamed) await rm(old, { recursive: true, force: true });
}

/** Deletes what processes that were killed a day or more ago left of this folder. */
async function sweep(folder: string): Promise<void> {
  const parent = dirname(folder);
  for (const name of await readdir(parent)) {
    if (!name.startsWith(`${basename(folder)}.unfinished-`)) continue;
    const path = join(parent, name);
    const modified = await stat(path)
      .then((found) => found.mtimeMs)
      .catch(() => Date.now());
    if (Date.now() - modified > DAY_MS) await rm(path, { recursive: true, force: true });
  }
}

function uniqueSuffix(): string {
  return `unfinished-${process.pid}-${randomBytes(4).toString('hex')}`;
}
