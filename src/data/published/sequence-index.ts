import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson } from './stored-numbers.ts';

/** Frames of one camera that moves round one object. */
export interface Sequence {
  /** `category/sequence`. */
  readonly label: string;
  readonly folder: string;
  /** Numbers of its frames, in their order. */
  readonly frames: readonly number[];
}

/**
 * The sequences of an index `{category: {sequence: [frame numbers]}}`, in its order; those without frames are left out.
 * @param imageFolder in every sequence; the first one is asked
 * @throws Error, one line that names the file or folder
 */
export async function readSequences(path: string, root: string, imageFolder: string): Promise<Sequence[]> {
  const categories = entriesOf(await readJson(path), path, 'categories');
  const sequences = categories.flatMap(([category, inside]) =>
    entriesOf(inside, `${path}: ${category}`, 'sequences').map(([name, frames]) => {
      const label = `${category}/${name}`;
      return { label, folder: join(root, category, name), frames: expectNumbers(frames, `${path}: ${label}`) };
    }),
  );
  const filled = sequences.filter(({ frames }) => frames.length > 0);
  if (!filled[0]) throw new Error(`${path}: expected sequences with frames, found none`);
  await expectFolder(filled[0].folder, imageFolder);
  return filled;
}

function entriesOf(value: unknown, name: string, what: string): [string, unknown][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  throw new Error(`${name}: expected an object of ${what}, found something else`);
}

function expectNumbers(value: unknown, name: string): number[] {
  if (Array.isArray(value) && value.every((id) => Number.isSafeInteger(id) && id >= 0)) return value;
  throw new Error(`${name}: expected a list of frame numbers, found something else`);
}

async function expectFolder(sequence: string, folder: string): Promise<void> {
  const entries = await readdir(sequence).catch(() => undefined);
  if (entries?.includes(folder)) return;
  const found = entries ? `found ${entries.slice(0, 8).join(', ') || 'nothing'}` : 'found no such sequence';
  throw new Error(`${sequence}: expected a folder ${folder}/ of photographs, ${found}`);
}
