import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Pair } from './pairs.ts';

const maxFileBytes = 64 * 2 ** 20;

/**
 * The pairs that a text file lists, one a line: two names of images, or two indices from 0, between them a comma, a tab
 * or blanks. Lines that are empty or begin with # count nothing. An image may be named by its path or by its file's name.
 * The pairs are as the file has them; see `bothOrders`.
 * @param names of the images, in the order of their indices
 * @throws Error that names the file, the line and what is wrong with it
 */
export async function readPairList(path: string, names: readonly string[]): Promise<Pair[]> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${path}: ${error.code === 'ENOENT' ? 'no such list of pairs' : error.message}`, { cause: error });
  });
  if (!found.isFile()) throw new Error(`${path}: expected a text file with a pair on each line, found none`);
  if (found.size > maxFileBytes)
    throw new Error(`${path}: the file has ${found.size} bytes; lists of at most ${maxFileBytes} are read`);
  return parsePairList(await readFile(path, 'utf8'), names, path);
}

/** The same for the text itself. */
export function parsePairList(text: string, names: readonly string[], source: string): Pair[] {
  const indexOf = nameTable(names);
  const pairs: Pair[] = [];
  for (const [row, line] of text.split(/\r?\n/).entries()) {
    const content = line.trim();
    if (content === '' || content.startsWith('#')) continue;
    const where = `${source}, line ${row + 1}`;
    const [first, second] = splitLine(content, where).map((item) => indexOf(item, where)) as [number, number];
    if (first === second) throw new Error(`${where}: expected two images, got ${names[first]} twice`);
    pairs.push([first, second]);
  }
  if (pairs.length === 0) throw new Error(`${source}: expected a pair on each line, found none`);
  return pairs;
}

/** Every pair in both orders, once and sorted: what the alignment needs. */
export function bothOrders(pairs: readonly Pair[]): Pair[] {
  const all = pairs.flatMap(([i, j]): Pair[] =>
    i === j
      ? []
      : [
          [i, j],
          [j, i],
        ],
  );
  const distinct = new Map(all.map((pair) => [pair.join(), pair]));
  return [...distinct.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

/** Names may have blanks where a comma or a tab parts them. */
function splitLine(content: string, where: string): string[] {
  const separator = [/\t/, /,/].find((each) => each.test(content)) ?? /\s+/;
  const items = content.split(separator).map((item) => item.trim());
  if (items.length === 2 && items.every((item) => item !== '')) return items;
  throw new Error(
    `${where}: expected two images, got '${content.slice(0, 100)}'; part names that have blanks by a comma or a tab`,
  );
}

function nameTable(names: readonly string[]): (item: string, where: string) => number {
  const places = new Map<string, number[]>();
  for (const [index, name] of names.entries()) {
    for (const key of new Set([name, basename(name)])) places.set(key, [...(places.get(key) ?? []), index]);
  }
  return (item, where) => {
    const found = places.get(item) ?? [];
    if (found.length > 1) throw new Error(`${where}: ${found.length} images are named ${item}; give the index instead`);
    const index = found[0] ?? (/^\d+$/.test(item) ? Number(item) : Number.NaN);
    if (index < names.length) return index;
    throw new Error(`${where}: expected the name of an image or an index below ${names.length}, got ${item}`);
  };
}
