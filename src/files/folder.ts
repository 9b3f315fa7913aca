import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it that are missing, one level at a time: Node's own recursive mkdir never returns where
 * a file system refuses new entries as if they did not exist, as /proc does.
 * @throws Error, one line that names the folder and what is in the way
 */
export async function makeFolder(path: string): Promise<void> {
  const [existing, missing] = await split(path);
  await expectFolder(path, existing);
  for (const folder of missing) {
    await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw refusal(path, `${folder} was refused (${error.code})`, error);
    });
  }
  await expectFolder(path, resolve(path));
}

/** Tells before long work that a folder could not be made, or written into. @throws Error as makeFolder does */
export async function expectWritableFolder(path: string): Promise<void> {
  const [existing] = await split(path);
  await expectFolder(path, existing);
  await access(existing, constants.W_OK).catch((error: Error) => {
    throw refusal(path, `no permission to write into ${existing}`, error);
  });
}

/** The nearest folder upwards that exists, and those from there on that do not, outermost first. */
async function split(path: string): Promise<[existing: string, missing: string[]]> {
  const missing: string[] = [];
  let folder = resolve(path);
  while (dirname(folder) !== folder && !(await stat(folder).catch(() => undefined))) {
    missing.unshift(folder);
    folder = dirname(folder);
  }
  return [folder, missing];
}

async function expectFolder(path: string, folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) throw refusal(path, `${folder} is a file`);
}

function refusal(path: string, reason: string, cause?: Error): Error {
  return new Error(`${path}: expected a folder, or a place for one, but ${reason}; name another`, { cause });
}
