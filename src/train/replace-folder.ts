import { readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { makeFolder } from '#files/folder.ts';

// A folder with files in it cannot be replaced in one step, so it goes in four: write `name.tmp`, call it `name.new`
// (whole now), move what was there to `name.old`, move the new one in, and remove the old one. Whenever the process
// dies, finishReplacements() finds either the old folder or the new one whole.
const endings = { unfinished: '.tmp', whole: '.new', replaced: '.old' } as const;

/**
 * Writes a folder anew, whole or not at all; the one that was there is removed when the new one is in its place.
 * @param write fills the temporary folder that it is given
 * @throws what `write` throws; the folder that was there then stays
 */
export async function replaceFolder(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const unfinished = path + endings.unfinished;
  await rm(unfinished, { recursive: true, force: true });
  try {
    await makeFolder(unfinished);
    await write(unfinished);
    await rename(unfinished, path + endings.whole);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => undefined); // the first failure is the one to report
    throw error;
  }
  await moveIn(path);
}

/** Finishes or undoes what a killed process had begun in a folder of replaced folders. */
export async function finishReplacements(parent: string): Promise<void> {
  const names = await readdir(parent).catch((): string[] => []);
  const ending = (name: string) => Object.values(endings).find((each) => name.endsWith(each));
  for (const name of names.filter((each) => each.startsWith('checkpoint-'))) {
    const found = ending(name);
    if (found === endings.unfinished) await rm(join(parent, name), { recursive: true, force: true });
    if (found === endings.whole) await moveIn(join(parent, basename(name, found)));
  }
  for (const name of await readdir(parent).catch((): string[] => []))
    if (name.startsWith('checkpoint-') && ending(name) === endings.replaced)
      await rm(join(parent, name), { recursive: true, force: true });
}

async function moveIn(path: string): Promise<void> {
  const replaced = path + endings.replaced;
  await rm(replaced, { recursive: true, force: true });
  await rename(path, replaced).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(path + endings.whole, path);
  await rm(replaced, { recursive: true, force: true });
}
