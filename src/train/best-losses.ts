import type { BestLosses } from './run-state.ts';

/** The median test loss of every set, by its name. */
export type Medians = ReadonlyMap<string, number>;

/** What an evaluation is to the best so far. */
export interface Verdict {
  readonly best: BestLosses;
  /** The checkpoints that it earns: `best` for the mean over the sets, and `best-<set>` where there are several. */
  readonly isBetter: readonly string[];
}

/** A loss that is not a number is never the best. */
export function compareWithBest(best: BestLosses, medians: Medians): Verdict {
  if (medians.size === 0) return { best, isBetter: [] };
  const values = [...medians.values()];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const lower = [...medians].filter(([name, value]) => isLower(value, best.sets[name]));
  const isMeanLower = isLower(mean, best.mean);
  const ofSets = medians.size > 1 ? lower.map(([name]) => `best-${slugOf(name, [...medians.keys()])}`) : [];
  return {
    best: { ...best, ...(isMeanLower ? { mean } : {}), sets: { ...best.sets, ...Object.fromEntries(lower) } },
    isBetter: [...(isMeanLower ? ['best'] : []), ...ofSets],
  };
}

function isLower(value: number, best: number | undefined): boolean {
  return value < (best ?? Number.POSITIVE_INFINITY);
}

/** The name of a test set as part of a folder's name, with its number where two would have the same. */
function slugOf(name: string, names: readonly string[]): string {
  const slug = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '');
  const isShared = names.filter((other) => slug(other) === slug(name)).length > 1;
  return isShared ? `${slug(name)}-${names.indexOf(name) + 1}` : slug(name);
}
