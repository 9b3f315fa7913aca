import { access, readdir } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { cacheFolder } from './cache.ts';

/** A libtensorflow and what is needed to compile against it. All paths are absolute. */
export interface Library {
  /** The shared objects to link, in order. */
  readonly files: readonly string[];
  /** The folder that holds tensorflow/c/c_api.h. */
  readonly include: string;
  /** Every folder in which the loader has to look at run time. */
  readonly searchPath: readonly string[];
  /** Whether it moves when the cache does. */
  readonly isInCache: boolean;
}

/** What each shared object may be called, the most telling name first: wheels, archives and macOS differ. */
const NAMES = [
  /^libtensorflow_(cc|framework)\.so\.2$/,
  /^libtensorflow_(cc|framework)\.2\.dylib$/,
  /^libtensorflow(_framework)?\.so\.2$/,
  /^libtensorflow(_framework)?\.2\.dylib$/,
];

/**
 * Looks at a folder that holds libtensorflow: itself, in its lib/ or its tensorflow/, and the headers in an include/.
 * @throws Error that names what is missing
 */
export async function describeLibrary(folder: string): Promise<Library> {
  for (const place of [folder, join(folder, 'lib'), join(folder, 'tensorflow')]) {
    const files = await librariesIn(place);
    if (files.length === 0) continue;
    const cuda = await cudaFolders(resolve(place, '..', 'nvidia'));
    const isInCache = resolve(place).startsWith(resolve(cacheFolder()) + sep);
    return { files, include: await includeBeside(place), searchPath: [place, ...cuda], isInCache };
  }
  throw new Error(`${folder}: expected libtensorflow_cc.so.2 and libtensorflow_framework.so.2 here or in lib/`);
}

async function librariesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  for (const pattern of NAMES) {
    const found = names.filter((name) => pattern.test(name)).sort();
    if (found.length === 2) return found.map((name) => resolve(folder, name));
  }
  return [];
}

async function includeBeside(folder: string): Promise<string> {
  const candidates = [join(folder, 'include'), resolve(folder, '..', 'include')];
  for (const candidate of candidates) {
    if (await exists(join(candidate, 'tensorflow', 'c', 'c_api.h'))) return candidate;
  }
  throw new Error(`${folder}: expected TensorFlow's headers in ${candidates.join(' or ')}`);
}

/** The wheels of CUDA's libraries put each one into nvidia/<part>/lib. */
async function cudaFolders(nvidia: string): Promise<string[]> {
  const parts = await readdir(nvidia).catch(() => []);
  const folders = parts.sort().map((part) => join(nvidia, part, 'lib'));
  const present = await Promise.all(folders.map(exists));
  return folders.filter((_, i) => present[i]);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
