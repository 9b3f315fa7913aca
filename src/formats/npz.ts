import { type RandomAccessFile, useFile } from '#files/random-access-file.ts';
import { readZipDirectory, readZipEntry, type ZipEntry } from '#files/zip-archive.ts';
import { decodeNpy } from './npy.ts';
import type { NpyContents } from './npy-array.ts';

export interface NpzOptions {
  /** Read only these arrays, which must be there; by default all. */
  readonly names?: readonly string[];
  readonly signal?: AbortSignal;
  /** Of one array; larger ones are refused before memory is taken. */
  readonly maxBytes?: number;
}

const defaultMaxBytes = 2 ** 30;
/** Deflate makes data smaller by 1032 at most. */
const maxRatio = 1100;

/**
 * The arrays of a `.npz` file by their names, compressed or not, as decodeNpy reads each.
 * @throws Error, one line that names the file and the array
 */
export async function readNpz(path: string, options: NpzOptions = {}): Promise<ReadonlyMap<string, NpyContents>> {
  const { signal, maxBytes = defaultMaxBytes } = options;
  signal?.throwIfAborted();
  const failed = (error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new Error(`${path}: no such file`, { cause: error }) : error;
  };
  return useFile(path, async (file) => {
    const entries = await readZipDirectory(file);
    const arrays = new Map<string, NpyContents>();
    for (const name of options.names ?? arrayNames(entries)) {
      signal?.throwIfAborted();
      arrays.set(name, await readArray(file, findEntry(path, entries, name), { name, maxBytes }));
    }
    return arrays;
  }).catch(failed);
}

/** The array of that name. @throws Error naming the file and the arrays that it has instead */
export function npzArray(path: string, arrays: ReadonlyMap<string, NpyContents>, name: string): NpyContents {
  return arrays.get(name) ?? missing(path, name, [...arrays.keys()]);
}

async function readArray(
  file: RandomAccessFile,
  entry: ZipEntry,
  { name, maxBytes }: { name: string; maxBytes: number },
): Promise<NpyContents> {
  const label = `${file.path}: ${name}`;
  const bytes = await readZipEntry(file, entry, Math.min(maxBytes, entry.packedSize * maxRatio)).catch(
    (error: Error) => {
      throw new Error(`${label}: ${error.message.replace(`${file.path}: `, '')}`, { cause: error });
    },
  );
  return decodeNpy(bytes, label);
}

function arrayNames(entries: ReadonlyMap<string, ZipEntry>): string[] {
  return [...entries.keys()].map((name) => name.replace(/\.npy$/, ''));
}

function findEntry(path: string, entries: ReadonlyMap<string, ZipEntry>, name: string): ZipEntry {
  return entries.get(`${name}.npy`) ?? entries.get(name) ?? missing(path, name, arrayNames(entries));
}

function missing(path: string, name: string, there: readonly string[]): never {
  throw new Error(`${path}: expected an array named ${name}, found ${there.slice(0, 20).join(', ') || 'none'}`);
}
