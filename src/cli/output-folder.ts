import { mkdtemp, readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { writeFileAtomically } from '#files/atomic-file.ts';
import { expectWritableFolder } from '#files/folder.ts';

/** The commands that write a scene's files. */
export type Writer = 'infer' | 'reconstruct' | 'export';

/** Names the files of each command in a folder, so that a later run knows its own from the user's. */
export const recordName = '.dust3r-files.json';

/** By command, paths relative to the folder, with slashes. */
type FileRecord = Readonly<Partial<Record<Writer, readonly string[]>>>;

const mostRecordBytes = 16 * 2 ** 20;

/** What a folder's record says; nothing where there is none, or another file in its place. */
async function readRecord(folder: string): Promise<FileRecord> {
  const path = join(folder, recordName);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || found.size > mostRecordBytes) return {};
  try {
    const content = (JSON.parse(await readFile(path, 'utf8')) ?? {}) as Record<string, unknown>;
    const listOf = (writer: Writer) => (Array.isArray(content[writer]) ? content[writer].filter(isInside) : []);
    return { infer: listOf('infer'), reconstruct: listOf('reconstruct'), export: listOf('export') };
  } catch {
    return {};
  }
}

function isInside(path: unknown): path is string {
  return typeof path === 'string' && path !== '' && !path.split(/[/\\]/).some((part) => ['', '.', '..'].includes(part));
}

interface FolderUse {
  readonly overwrite?: boolean | undefined;
  /** Whose earlier files may be replaced (default: nobody's). */
  readonly writer?: Writer | undefined;
}

/**
 * Tells before long work of a folder that is closed, or that has files in the way. Not in the way are the files of an
 * earlier run of `writer`, and those beside `targets`, where these are given.
 * @param targets names of files and folders that are going to be written (default: the whole folder)
 */
export async function expectFreeFolder(
  folder: string,
  { overwrite = false, writer }: FolderUse,
  targets?: readonly string[],
): Promise<void> {
  await expectWritableFolder(folder);
  await expectEntries(folder);
  if (overwrite) return;
  const own = new Set([recordName, ...(writer ? ((await readRecord(folder))[writer] ?? []) : [])]);
  for (const target of targets ?? ['']) {
    const found = await firstForeign(folder, target, own);
    if (found === undefined) continue;
    const what = targets ? `${found} is there already` : `the folder has files already, such as ${found}`;
    throw new Error(`${folder}: ${what}; name another folder, or give --overwrite`);
  }
}

/** Some file systems, as /proc, refuse new entries whatever the permissions say: only trying tells. */
async function expectEntries(folder: string): Promise<void> {
  let place = resolve(folder);
  while (dirname(place) !== place && !(await stat(place).catch(() => undefined))) place = dirname(place);
  const trial = await mkdtemp(join(place, '.dust3r-')).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${folder}: nothing can be written into ${place} (${error.code}); name another folder`, {
      cause: error,
    });
  });
  await rmdir(trial);
}

/** Leaves at the first file that is not our own, however many there are. */
async function firstForeign(root: string, path: string, own: ReadonlySet<string>): Promise<string | undefined> {
  if (own.has(path)) return undefined;
  const found = await stat(join(root, path)).catch(() => undefined);
  if (!found?.isDirectory()) return found ? path : undefined;
  for (const name of (await readdir(join(root, path))).sort()) {
    const foreign = await firstForeign(root, path === '' ? name : `${path}/${name}`, own);
    if (foreign !== undefined) return foreign;
  }
  return undefined;
}

/** Takes away what earlier runs of these commands wrote, which would lie beside the new files as if it were one of them. */
export async function removeOlderFiles(folder: string, writers: readonly Writer[]): Promise<void> {
  const record = await readRecord(folder);
  const folders = new Set<string>();
  for (const file of writers.flatMap((writer) => record[writer] ?? [])) {
    await rm(join(folder, file), { force: true });
    for (let at = dirname(file); at !== '.'; at = dirname(at)) folders.add(at);
  }
  const deepestFirst = [...folders].sort((a, b) => b.length - a.length);
  // One that has other files stays.
  for (const each of deepestFirst) await rmdir(join(folder, each)).catch(() => undefined);
  await rm(join(folder, recordName), { force: true });
  await writeRecord(
    folder,
    Object.fromEntries(Object.entries(record).filter(([key]) => !writers.includes(key as Writer))),
  );
}

/** Keeps which files a command wrote; files that it wrote earlier stay its own. */
export async function recordFiles(folder: string, writer: Writer, files: readonly string[]): Promise<void> {
  const record = await readRecord(folder);
  const names = files.map((file) => relative(resolve(folder), resolve(file)).split(sep).join('/'));
  await writeRecord(folder, { ...record, [writer]: [...new Set([...(record[writer] ?? []), ...names])] });
}

async function writeRecord(folder: string, record: FileRecord): Promise<void> {
  const kept = Object.entries(record).filter(([, files]) => files.length > 0);
  if (kept.length > 0)
    await writeFileAtomically(join(folder, recordName), `${JSON.stringify(Object.fromEntries(kept))}\n`);
}
