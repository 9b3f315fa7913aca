/** As many as Node's thread pool has threads: files are read and images decoded there. */
const atOnce = 4;

/** Maps items with a few calls under way at a time; results keep the items' order, and the first failure ends all. */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  map: (item: Item, place: number) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  let hasFailed = false;
  const work = async () => {
    while (next < items.length && !hasFailed) {
      const place = next++;
      results[place] = await map(items[place] as Item, place).catch((error: unknown) => {
        hasFailed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}
