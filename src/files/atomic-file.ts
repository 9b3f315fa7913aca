import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFailure } from './write-failure.ts';

export type FileContent = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Writes a file whole or not at all: under a temporary name in the same folder, then renamed when all of it is on the
 * disk. On failure, also of the writing function itself, nothing is left behind and a file that was there stays.
 *
 * @throws Error, one line that names the file, if the folder is missing or closed, the disk is full, or the path
 *   belongs to something that is no regular file.
 */
export async function writeAtomically(path: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  const existing = await stat(path).catch(() => undefined);
  if (existing && !existing.isFile()) throw new Error(`${path}: cannot be written: it exists and is no regular file`);
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    await writeAndSync(temporary, write);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined); // the first failure is the one to report
    throw writeFailure(path, error);
  }
}

/** The same for contents that are there, or come in chunks. */
export function writeFileAtomically(path: string, content: FileContent): Promise<void> {
  return writeAtomically(path, (handle) => writeFile(handle, content));
}

/** FileHandle.write may write a part only. */
export async function writeFully(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await handle.write(bytes, done, Math.min(bytes.length - done, 2 ** 26))).bytesWritten;
  }
}

async function writeAndSync(path: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await write(handle);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
