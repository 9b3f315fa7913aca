import type { FastRandom } from '#tensor/random.ts';

/** A number in [low, high). */
export function between(random: FastRandom, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}

/** A number in [low, high), every ratio as likely: for sizes, which differ by factors. */
export function logBetween(random: FastRandom, low: number, high: number): number {
  return low * (high / low) ** random.uniform();
}

export function chance(random: FastRandom, probability: number): boolean {
  return random.uniform() < probability;
}

/** A whole number from low to high, both included. */
export function wholeBetween(random: FastRandom, low: number, high: number): number {
  return low + random.integer(high - low + 1);
}

/** One of the items, each as likely. @throws RangeError if there is none */
export function pick<Item>(random: FastRandom, items: readonly Item[]): Item {
  if (items.length === 0) throw new RangeError('pick: expected at least one item to choose from');
  return items[random.integer(items.length)] as Item;
}

/** One of the items, `weights[i]` telling how likely the i-th is. */
export function pickWeighted<Item>(random: FastRandom, items: readonly Item[], weights: readonly number[]): Item {
  let rest = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => {
    rest -= weight;
    return rest < 0;
  });
  return items[index < 0 ? items.length - 1 : index] as Item;
}
