import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { npyNumbers, npyTexts } from '#formats/npy-array.ts';
import { npzArray, readNpz } from '#formats/npz.ts';
import type { Flag } from './preparation.ts';

/** Which images of a scene make pairs, as the original's authors published them. */
export interface SelectedPairs {
  /** Names of the images, without endings. */
  readonly images: readonly string[];
  /** [P, columns]: two positions in `images`, then a score. */
  readonly pairs: ArrayLike<number>;
  readonly columns: number;
}

export const selectedPairsFile = 'selected_pairs.npz';

export const pairsFlag = {
  type: 'string',
  describe: `folder of the published pairs: <scene>/${selectedPairsFile}; without it they are looked for in the input`,
} as const satisfies Flag;

/** The subfolders of a folder that hold published pairs, sorted. A folder that is not there has none. */
export async function scenesWithPairs(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const has = await Promise.all(names.map((name) => isFile(join(folder, name, selectedPairsFile))));
  return names.filter((_, at) => has[at]).sort();
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

/** @throws Error, one line that names the file, if something is missing, misshapen, or points at what is not there */
export async function readSelectedPairs(folder: string): Promise<SelectedPairs> {
  const path = join(folder, selectedPairsFile);
  const arrays = await readNpz(path, { names: ['selection', 'pairs'] });
  const { values: names } = npyTexts(npzArray(path, arrays, 'selection'), `${path}: selection`, [-1]);
  const { values: pairs, shape } = npyNumbers(npzArray(path, arrays, 'pairs'), `${path}: pairs`, [-1, -1]);
  const columns = shape[1] as number;
  if (columns < 2) throw new Error(`${path}: pairs: expected two columns or more, found ${columns}`);
  for (let i = 0; i < pairs.length; i++) {
    const value = pairs[i] as number;
    if (i % columns > 1 || (Number.isInteger(value) && value >= 0 && value < names.length)) continue;
    throw new Error(`${path}: pairs: expected positions from 0 to ${names.length - 1} in selection, found ${value}`);
  }
  const unfit = names.find((name) => !/^[\w-][\w.-]*$/.test(name));
  if (unfit !== undefined)
    throw new Error(`${path}: selection: expected names of files, found "${unfit.slice(0, 60)}"`);
  return { images: names.map((name) => name.replace(/\.(jpe?g|png)$/i, '')), pairs, columns };
}
