import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parsePythonJson } from '#formats/python-json.ts';
import { readText } from './number-rows.ts';
import type { ListedPair, RgbdFrame } from './rgbd-sequence.ts';

/** Files beside the frames that may list pairs: the generator's, and that of hand-picked clips. */
const files = ['scene.json', 'index.json'];

/**
 * The pairs that `{ "pairs": [{ "i": 0, "j": 1, "overlap": 0.7 }] }` beside the frames lists; i and j count the images in
 * order of name. Other fields are not looked at, and neither is a file without `pairs`. Pairs of frames that cannot be
 * used are left out.
 * @param names of all images; `frames` those of them that can be used
 * @throws Error, one line that names the file and the entry
 */
export async function readListedPairs(
  folder: string,
  names: readonly string[],
  frames: readonly RgbdFrame[],
): Promise<ListedPair[] | undefined> {
  const present = await readdir(folder);
  const places = new Map(frames.map(({ name }, place) => [name, place]));
  for (const file of files.filter((name) => present.includes(name))) {
    const path = join(folder, file);
    const entries = await readEntries(path);
    if (!entries) continue;
    return entries.flatMap((entry, at) => {
      const { i, j, overlap } = expectPair(entry, names.length, `${path}: pairs[${at}]`);
      const [first, second] = [places.get(names[i] as string), places.get(names[j] as string)];
      if (first === undefined || second === undefined) return [];
      return [{ i: first, j: second, ...(overlap === undefined ? {} : { overlap }) }];
    });
  }
  return undefined;
}

async function readEntries(path: string): Promise<readonly unknown[] | undefined> {
  // No field that is read here may be one of the numbers that JSON has not.
  const parsed = parsePythonJson(await readText(path), path);
  const pairs = typeof parsed === 'object' && parsed !== null && 'pairs' in parsed ? parsed.pairs : undefined;
  if (pairs === undefined) return undefined;
  if (Array.isArray(pairs)) return pairs;
  throw new Error(`${path}: expected "pairs" to be a list of {"i", "j", "overlap"}, got ${typeof pairs}`);
}

function expectPair(entry: unknown, images: number, name: string): ListedPair {
  const { i, j, overlap } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
  const isPlace = (value: unknown): value is number =>
    Number.isInteger(value) && 0 <= Number(value) && Number(value) < images;
  const isShare = overlap === undefined || (typeof overlap === 'number' && overlap >= 0 && overlap <= 1);
  if (isPlace(i) && isPlace(j) && i !== j && isShare) return { i, j, ...(overlap === undefined ? {} : { overlap }) };
  throw new Error(
    `${name}: expected two images from 0 to ${images - 1} and an overlap from 0 to 1, got ${JSON.stringify({ i, j, overlap })}`,
  );
}
