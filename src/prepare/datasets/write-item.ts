import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '#files/folder.ts';
import { writeFailure } from '#files/write-failure.ts';
import { recordName } from './item-records.ts';
import type { FlagOptions, ItemContext, Preparation, PreparationItem, Skipped } from './preparation.ts';
import { OutputError, skippedBy } from './skipped.ts';

/** Where a run reads and writes, and what was chosen: the same for all its items. Plain data. */
export interface RunPlace {
  readonly input: string;
  readonly output: string;
  /** In the output, for what is being written. */
  readonly temporary: string;
  readonly options: FlagOptions;
}

/** What became of an item. */
export type ItemOutcome =
  | { readonly state: 'prepared'; readonly skipped: readonly Skipped[] }
  | { readonly state: 'skipped'; readonly skipped: readonly Skipped[] }
  | { readonly state: 'failed'; readonly message: string };

/**
 * Prepares an item under a temporary name and moves it to its place when it is whole, with what `finish` needs to know.
 * @param onFrame called after each frame
 */
export async function writeItem(
  preparation: Preparation,
  item: PreparationItem,
  place: RunPlace,
  onFrame: () => void,
): Promise<ItemOutcome> {
  const folder = join(place.temporary, randomUUID());
  const skipped: Skipped[] = [];
  try {
    await makeFolder(folder);
    const context = itemContext(item, place, { folder, skipped, onFrame });
    const facts = await preparation.prepareItem(item, context, place.options);
    await context.write(recordName, `${JSON.stringify({ facts, skipped })}\n`);
    await moveToPlace(folder, join(place.output, item.key));
    return { state: 'prepared', skipped };
  } catch (error) {
    if (error instanceof OutputError) return { state: 'failed', message: error.message };
    const { input } = place;
    const reason = skippedBy(error, { input, item: item.key, file: item.key });
    return { state: 'skipped', skipped: [...skipped, reason] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface ItemProgress {
  readonly folder: string;
  /** Filled. */
  readonly skipped: Skipped[];
  readonly onFrame: () => void;
}

function itemContext({ key }: PreparationItem, place: RunPlace, progress: ItemProgress): ItemContext {
  const { input, output } = place;
  const { folder, skipped, onFrame } = progress;
  const made = new Set<string>();
  return {
    input,
    write: async (name, content) => {
      expectInside(name);
      const path = join(folder, name);
      await asOutput(join(output, key, name), async () => {
        if (!made.has(dirname(path))) await makeFolder(dirname(path));
        made.add(dirname(path));
        await writeFile(path, content);
      });
    },
    frame: async (name, prepare) => {
      try {
        return await prepare();
      } catch (error) {
        if (error instanceof OutputError) throw error;
        skipped.push(skippedBy(error, { input, item: key, file: name }));
        return undefined;
      } finally {
        onFrame();
      }
    },
  };
}

/** Names come from the dataset's files. @throws Error if one leads elsewhere */
export function expectInside(name: string): void {
  const isInside = name.split('/').every((part) => part !== '' && !part.startsWith('.') && !/[\\\0]/.test(part));
  if (!isInside) throw new Error(`${name}: expected the name of a folder or file, without .. and the like`);
}

async function moveToPlace(folder: string, complete: string): Promise<void> {
  await asOutput(complete, async () => {
    await makeFolder(dirname(complete));
    await rename(folder, complete);
  });
}

/** @param path what an error names: the final place */
async function asOutput(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const { message } = writeFailure(path, error) as Error;
    const isTaken = code === 'ENOTEMPTY' || code === 'EEXIST';
    throw new OutputError(isTaken ? `${path}: this folder is no result of an earlier run; move it away` : message, {
      cause: error,
    });
  }
}
