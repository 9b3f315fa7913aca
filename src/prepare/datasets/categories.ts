import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlanContext } from './preparation.ts';

/** A dataset with a folder for each category of objects. */
export interface CategoriesLayout {
  /** Of the command. */
  readonly name: string;
  readonly dataset: string;
  /** A file that is in every category's folder. */
  readonly sign: string;
  /** The one category that is wanted. */
  readonly only: string | undefined;
}

/**
 * Plans one category after another; those whose lists are broken are skipped.
 * @throws Error, one line, if the input has no such categories: what was expected, and what was found
 */
export async function planCategories<Item>(
  context: PlanContext,
  layout: CategoriesLayout,
  plan: (category: string) => Promise<readonly Item[]>,
): Promise<Item[]> {
  const items: Item[] = [];
  for (const category of await findCategories(context.input, layout)) {
    context.onStep(`reading the lists of ${category}`);
    try {
      for (const item of await plan(category)) items.push(item);
    } catch (error) {
      context.signal?.throwIfAborted();
      context.skip(category, join(context.input, category), error);
    }
  }
  return items;
}

async function findCategories(input: string, { name, dataset, sign, only }: CategoriesLayout): Promise<string[]> {
  const entries = (await readdir(input)).sort();
  const signs = await Promise.all(entries.map((entry) => stat(join(input, entry, sign)).catch(() => undefined)));
  const found = entries.filter((_, at) => signs[at]);
  const wanted = only === undefined ? found : found.filter((category) => category === only);
  if (wanted.length > 0) return wanted;
  const there = (only === undefined ? entries : found).slice(0, 5).join(', ') || 'nothing';
  throw new Error(
    `prepare ${name}: ${input}: expected ${dataset} with ${only ?? '<category>'}/${sign}, found ${there}`,
  );
}
