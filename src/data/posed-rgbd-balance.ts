/** Of equal width, over the range of overlaps that is wanted. */
const bins = 10;

/**
 * At most `limit` of the items whose overlap lies in the range, as many of every tenth of the range as there are, in
 * their order. Nothing is drawn at random: the same items give the same choice.
 */
export function balanceOverlaps<Item extends { readonly overlap: number }>(
  items: readonly Item[],
  [low, high]: readonly [low: number, high: number],
  limit: number,
): Item[] {
  const within = items.filter(({ overlap }) => overlap >= low && overlap <= high);
  if (within.length <= limit) return within;
  const binned: Item[][] = Array.from({ length: bins }, () => []);
  for (const item of within) {
    const bin = high > low ? Math.floor(((item.overlap - low) / (high - low)) * bins) : 0;
    binned[Math.min(bins - 1, bin)]?.push(item);
  }
  const chosen = new Set(fillEvenly(binned, limit));
  return within.filter((item) => chosen.has(item));
}

/** The smallest bins are taken whole; the others share what is left. */
function fillEvenly<Item>(binned: readonly Item[][], limit: number): Item[] {
  const bySize = [...binned].sort((a, b) => a.length - b.length);
  const chosen: Item[] = [];
  bySize.forEach((bin, at) => {
    chosen.push(...evenly(bin, Math.floor((limit - chosen.length) / (bySize.length - at))));
  });
  return chosen;
}

/** `count` of the items at even distances, or all of them. */
export function evenly<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.floor(((i + 0.5) * items.length) / count)] as Item);
}
