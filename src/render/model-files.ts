import { readFile, stat } from 'node:fs/promises';
import { join, normalize as normalizePath } from 'node:path';
import { useFile } from '#files/random-access-file.ts';
import { readZipDirectory, readZipEntry } from '#files/zip-archive.ts';

/** Files by name, in a folder or in an archive. */
export interface ModelFiles {
  /** Of the folder or archive, for messages. */
  readonly path: string;
  has(name: string): boolean;
  /** @throws Error naming the file if it is missing, damaged or larger than `maxBytes` */
  read(name: string, maxBytes?: number): Promise<Uint8Array>;
}

const defaultMaxBytes = 64 * 2 ** 20;

/** The files below a folder, whose names are known already. */
export function folderFiles(path: string, names: ReadonlySet<string>): ModelFiles {
  const has = (name: string) => names.has(normalizePath(name));
  return {
    path,
    has,
    async read(name, maxBytes = defaultMaxBytes) {
      if (!has(name)) throw new Error(`${join(path, name)}: no such file`);
      const { size } = await stat(join(path, name));
      if (size > maxBytes) throw new RangeError(`${join(path, name)}: ${size} bytes are more than ${maxBytes}`);
      return readFile(join(path, name));
    },
  };
}

/**
 * The files of a zip archive, read one by one when asked for. The file stays closed in between.
 * @throws Error naming the archive if its directory is missing or damaged
 */
export async function zipFiles(path: string): Promise<ModelFiles> {
  const entries = await useFile(path, readZipDirectory);
  return {
    path,
    has: (name) => entries.has(name),
    async read(name, maxBytes = defaultMaxBytes) {
      const entry = entries.get(name);
      if (!entry) throw new Error(`${path}: no file ${name} in this archive`);
      return useFile(path, (file) => readZipEntry(file, entry, maxBytes)).catch((error: Error) => {
        throw new Error(`${path}: ${name}: ${error.message.replace(`${path}: `, '')}`, { cause: error });
      });
    },
  };
}
