import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { FoundSequence } from './find-sequences.ts';
import { readRows } from './number-rows.ts';

/** 7-Scenes' own lists, in the folder of a scene: lines such as `sequence3`. It has no validation part. */
const sevenScenesLists: Readonly<Record<string, string>> = { train: 'TrainSplit.txt', test: 'TestSplit.txt' };

/**
 * The sequences of a split. Where 7-Scenes' TrainSplit.txt and TestSplit.txt are beside a sequence they decide;
 * elsewhere the file `<split>.txt` in the root lists the labels, one a line.
 * @throws Error, one line that says which file was looked for
 */
export async function selectSplit(
  root: string,
  sequences: readonly FoundSequence[],
  split: string,
): Promise<FoundSequence[]> {
  const lists = new Map<string, Promise<ReadonlySet<string>>>();
  const listed = (sequence: FoundSequence) => {
    const scene = sequence.layout.name === '7-scenes' ? dirname(resolve(sequence.folder)) : '';
    const known = lists.get(scene) ?? (scene === '' ? ownList(root, split) : sceneList(root, scene, split));
    lists.set(scene, known);
    return known;
  };
  const selected: FoundSequence[] = [];
  for (const sequence of sequences) {
    const names = await listed(sequence);
    if (names.has(sequence.label) || names.has(basename(resolve(sequence.folder)))) selected.push(sequence);
  }
  if (selected.length > 0) return selected;
  throw new Error(`${root}: no sequence belongs to the split '${split}'; the folder has ${sequences.length}`);
}

async function sceneList(root: string, scene: string, split: string): Promise<ReadonlySet<string>> {
  const file = sevenScenesLists[split];
  const present = await readdir(scene);
  if (file === undefined || !present.includes(file)) return ownList(root, split);
  const path = join(scene, file);
  const numbers = (await readRows(path)).map(({ fields: [name = ''], line }) => {
    const number = /^sequence(\d+)$/.exec(name)?.[1];
    if (number === undefined)
      throw new Error(`${path}, line ${line}: expected a line such as sequence1, got "${name}"`);
    return number;
  });
  return new Set(numbers.map((number) => `seq-${number.padStart(2, '0')}`));
}

async function ownList(root: string, split: string): Promise<ReadonlySet<string>> {
  const path = join(root, `${split}.txt`);
  const rows = await readRows(path).catch((error: Error) => {
    throw new Error(
      `${error.message}: split='${split}' needs this list of sequences, one a line; leave split out for all of them`,
      { cause: error },
    );
  });
  return new Set(rows.map(({ fields }) => fields[0] as string));
}
