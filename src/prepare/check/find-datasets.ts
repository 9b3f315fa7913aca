import { readdir } from 'node:fs/promises';
import type { DatasetType } from '#data/dataset-type.ts';
import { posedRgbdDataset } from '#data/posed-rgbd.ts';
import { datasetTypes } from '#data/registry.ts';
import type { PythonValue } from '#notation/python-call.ts';
import { callText } from './expression-for-check.ts';

/**
 * All that a folder of prepared data holds, as an expression with a dataset for each split: every kind of this project is asked
 * to open it. Undefined where none finds its index there. Own posed frames, which need no preparation, are not looked for.
 * @throws Error, one line that names the file, where an index is there and damaged
 */
export async function findDatasets(root: string): Promise<string | undefined> {
  const entries = await readdir(root).catch(() => undefined);
  if (!entries) return undefined;
  const faults: Error[] = [];
  for (const type of Object.values(datasetTypes)) {
    if (type === posedRgbdDataset || !('ROOT' in type.arguments)) continue;
    const opened = await openSplits(type, root, entries);
    const [fault] = opened.faults;
    if (opened.calls.length > 0 && !fault) return opened.calls.join(' + ');
    faults.push(...opened.faults);
    if (opened.calls.length > 0) break;
  }
  if (faults[0]) throw faults[0];
  return undefined;
}

interface OpenedSplits {
  /** Of those that have pairs. */
  readonly calls: readonly string[];
  /** Of those whose index is there, but cannot be used. */
  readonly faults: readonly Error[];
}

const splits = ['train', 'test', 'val', null] as const satisfies readonly PythonValue[];

async function openSplits(type: DatasetType, root: string, entries: readonly string[]): Promise<OpenedSplits> {
  const [calls, faults]: [string[], Error[]] = [[], []];
  for (const values of candidates(type, root, entries)) {
    try {
      const { length } = await type.open({ ...defaultsOf(type), ...values });
      if (length > 0) calls.push(callText(type.name, values));
    } catch (error) {
      if (!isMissingFile(error)) faults.push(error as Error);
    }
  }
  return { calls, faults };
}

/** What may have to be said to open the folder: each split, and of Habitat the number of places, which names its files. */
function candidates(type: DatasetType, root: string, entries: readonly string[]): Record<string, PythonValue>[] {
  const ofSplits = splits.filter((split) => accepts(type, split)).map((split) => ({ split, ROOT: root }));
  if (!('size' in type.arguments)) return ofSplits;
  const sizes = entries.flatMap((entry) => /^Habitat_(\d+)_scenes_/.exec(entry)?.[1] ?? []);
  return [...new Set(sizes)].flatMap((size) => ofSplits.map((values) => ({ size: Number(size), ...values })));
}

function accepts({ arguments: { split } }: DatasetType, value: PythonValue): boolean {
  try {
    split?.read(value);
    return split !== undefined || value === null;
  } catch {
    return false;
  }
}

function defaultsOf(type: DatasetType): Record<string, unknown> {
  return Object.fromEntries(Object.entries(type.arguments).map(([name, spec]) => [name, spec.default]));
}

/** The file system's reason is some causes below what the dataset says of it. */
function isMissingFile(error: unknown): boolean {
  const { code, cause } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || (cause !== undefined && isMissingFile(cause));
}
