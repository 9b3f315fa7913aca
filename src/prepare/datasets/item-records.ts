import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PreparedItem, Skipped } from './preparation.ts';

/** In every item's folder: what `finish` needs to know of it, and which frames were skipped. */
export const recordName = 'prepared.json';

/** <split>/<category>/<group>/<sequence> */
const maxDepth = 4;

export interface ItemRecord extends PreparedItem<unknown> {
  readonly skipped: readonly Skipped[];
}

/** All items that a folder of prepared data holds, of this run and earlier ones, sorted by key. */
export async function readItemRecords(output: string): Promise<ItemRecord[]> {
  const keys = await findKeys(output, '', 0);
  const records: ItemRecord[] = [];
  for (const key of keys.sort()) records.push({ key, ...(await readRecord(join(output, key, recordName))) });
  return records;
}

/** The keys of the items that are there. */
export async function findKeys(output: string, key = '', depth = 0): Promise<string[]> {
  const entries = await readdir(join(output, key), { withFileTypes: true }).catch((): Dirent[] => []);
  if (depth > 0 && entries.some(({ name }) => name === recordName)) return [key];
  if (depth === maxDepth) return [];
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  const found: string[] = [];
  for (const { name } of folders) {
    const inside = await findKeys(output, key === '' ? name : `${key}/${name}`, depth + 1);
    for (const each of inside) found.push(each);
  }
  return found;
}

async function readRecord(path: string): Promise<Omit<ItemRecord, 'key'>> {
  try {
    const { facts, skipped } = JSON.parse(await readFile(path, 'utf8')) as ItemRecord;
    if (facts !== undefined && Array.isArray(skipped)) return { facts, skipped };
  } catch {
    // the same way out
  }
  throw new Error(`${path}: damaged; remove this folder and start again to prepare it anew`);
}
