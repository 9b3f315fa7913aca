import { rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { writeFileAtomically } from '#files/atomic-file.ts';
import { expectWritableFolder, makeFolder } from '#files/folder.ts';
import { defaultOptions } from './default-options.ts';
import { findKeys, readItemRecords } from './item-records.ts';
import type { FlagOptions, Preparation, PreparationItem, Skipped } from './preparation.ts';
import { expectSameSettings, writeSettings } from './settings.ts';
import { skippedBy, writeSkipped } from './skipped.ts';
import { makeTemporary } from './temporary-folder.ts';
import { expectInside } from './write-item.ts';
import { writeItems } from './write-items.ts';

export interface PreparationRun {
  /** The raw download. */
  readonly input: string;
  /** New, or of an earlier run with the same options. */
  readonly output: string;
  /** By the names of the dataset's flags; the flags' defaults where nothing is said. */
  readonly options?: FlagOptions;
  /** Threads; 0 works in this one. */
  readonly workers: number;
  readonly onProgress?: (progress: PreparationProgress) => void;
  readonly signal?: AbortSignal;
}

interface PreparationProgress {
  /** Frames. */
  readonly done: number;
  /** 0 while the input is looked at. */
  readonly total: number;
  readonly what: string;
}

export interface PreparationReport {
  /** Items that this run prepared. */
  readonly prepared: number;
  /** Items that were there already. */
  readonly kept: number;
  /** Items that could not be prepared, and frames or files that were left out of the others. */
  readonly skippedItems: number;
  readonly skippedFrames: number;
  readonly seconds: number;
}

/**
 * Prepares a dataset: every item in a folder of its own that appears when it is whole, then the files that list them. It
 * can be stopped at any moment and started again: what is there is kept. What is broken is left out and listed in
 * `skipped.txt`.
 * @throws Error, one line, if the input is not this dataset, nothing in it can be prepared, the output was prepared with
 *   other settings, or something cannot be written
 */
export async function runPreparation(preparation: Preparation, options: PreparationRun): Promise<PreparationReport> {
  const start = performance.now();
  const run = { ...options, options: { ...defaultOptions(preparation.flags), ...options.options } };
  run.input = resolve(run.input);
  run.output = resolve(run.output);
  await expectInput(preparation.name, run.input);
  await expectWritableFolder(run.output);
  await expectSameSettings(run.output, preparation, run.options);
  const skipped: Skipped[] = [];
  const items = await planItems(preparation, run, skipped);
  await makeFolder(run.output);
  const temporary = await makeTemporary(run.output);
  try {
    await writeSettings(run.output, preparation, run.options);
    const counts = await prepareItems(preparation, { ...run, temporary, items, skipped });
    const skippedFrames = await finish(preparation, run, skipped);
    const skippedItems = new Set(skipped.map(({ item }) => item)).size;
    return { ...counts, skippedItems, skippedFrames, seconds: (performance.now() - start) / 1000 };
  } finally {
    await rm(temporary, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** With a value for every flag that has a default. */
type FullRun = PreparationRun & { readonly options: FlagOptions };

async function expectInput(name: string, input: string): Promise<void> {
  const found = await stat(input).catch(() => undefined);
  if (found?.isDirectory()) return;
  const problem = found ? 'expected a folder, found a file' : 'no such folder';
  throw new Error(`prepare ${name}: ${input}: ${problem}; see datasets/${name}/README.md for what is expected there`);
}

async function planItems(
  preparation: Preparation,
  { input, options, signal, onProgress }: FullRun,
  skipped: Skipped[],
): Promise<PreparationItem[]> {
  const context = {
    input,
    ...(signal ? { signal } : {}),
    skip: (item: string, file: string, error: unknown) => void skipped.push(skippedBy(error, { input, item, file })),
    onStep: (what: string) => {
      signal?.throwIfAborted();
      onProgress?.({ done: 0, total: 0, what });
    },
  };
  const items = await preparation.plan(context, options);
  signal?.throwIfAborted();
  const keys = new Set(items.map(({ key }) => key));
  for (const key of keys) expectInside(key);
  if (keys.size !== items.length) throw new Error(`prepare ${preparation.name}: ${input}: two items have one name`);
  if (items.length > 0) return items;
  throw nothing(`prepare ${preparation.name}: ${input}: found nothing to prepare`, skipped);
}

interface ItemsRun extends FullRun {
  readonly temporary: string;
  readonly items: readonly PreparationItem[];
  /** Filled. */
  readonly skipped: Skipped[];
}

async function prepareItems(preparation: Preparation, run: ItemsRun): Promise<{ prepared: number; kept: number }> {
  const { input, output, temporary, options, items, skipped, workers, signal, onProgress } = run;
  const place = { input, output, temporary, options };
  const present = new Set(await findKeys(output));
  const missing = items.filter(({ key }) => !present.has(key));
  const total = items.reduce((sum, { frames }) => sum + frames, 0);
  const finished = new Set(items.filter(({ key }) => present.has(key)));
  const framesOf = new Map<PreparationItem, number>();
  for (const item of items) framesOf.set(item, finished.has(item) ? item.frames : 0);
  let done = [...framesOf.values()].reduce((sum, frames) => sum + frames, 0);
  const advance = (item: PreparationItem, to: number) => {
    done += to - (framesOf.get(item) as number);
    framesOf.set(item, to);
    onProgress?.({ done, total, what: `prepare ${preparation.name}` });
  };
  onProgress?.({ done, total, what: `prepare ${preparation.name}` });
  let prepared = 0;
  await writeItems({
    ...{ preparation, place, items: missing, workers, signal },
    onFrame: (item) => advance(item, Math.min(item.frames, (framesOf.get(item) as number) + 1)),
    onItem: (item, outcome) => {
      if (outcome.state === 'prepared') prepared += 1;
      else skipped.push(...outcome.skipped);
      advance(item, item.frames);
    },
  });
  return { prepared, kept: items.length - missing.length };
}

/** Writes what lists the items. @returns how many frames are missing in them */
async function finish(
  preparation: Preparation,
  { input, output, options, signal }: FullRun,
  skipped: readonly Skipped[],
): Promise<number> {
  signal?.throwIfAborted();
  const records = await readItemRecords(output);
  const frames = records.flatMap((record) => record.skipped);
  await writeSkipped(output, [...skipped, ...frames]);
  if (records.length === 0) throw nothing(`prepare ${preparation.name}: ${input}: nothing could be prepared`, skipped);
  const items = records.map(({ key, facts }) => ({ key, facts }));
  const writeIndex = async (name: string, content: Parameters<typeof writeFileAtomically>[1]) => {
    await makeFolder(dirname(join(output, name)));
    await writeFileAtomically(join(output, name), content);
  };
  await preparation.finish({ input, items, writeIndex }, options);
  return frames.length;
}

function nothing(problem: string, skipped: readonly Skipped[]): Error {
  const [first] = skipped;
  if (!first) return new Error(problem);
  const more = skipped.length > 1 ? `, and ${skipped.length - 1} more like this` : '';
  return new Error(`${problem}: ${first.file}: ${first.reason}${more}`);
}
