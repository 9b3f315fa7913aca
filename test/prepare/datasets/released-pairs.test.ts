import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import type { FinishContext, PlanContext } from '#prepare/datasets/preparation.ts';
import {
  type ListedFacts,
  listedImages,
  type PairImage,
  type ReleasedPairs,
  whatIsIn,
  writeListedPairs,
} from '#prepare/datasets/released-pairs.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const place = useTemporaryFolder();

/** A list of `item/name item/name` pairs. */
function released(...rows: readonly (readonly [string, string])[]): ReleasedPairs {
  const imageOf = (text: string): PairImage => ({ item: text.slice(0, 1), name: text.slice(2) });
  return {
    ...{ file: 'pairs.npy', index: 'index.npy' },
    read: async () => ({ length: rows.length, image: (row, side) => imageOf(rows[row]?.[side] as string) }),
    take: async (_, kept) => Uint8Array.from(kept),
  };
}

const context = (): PlanContext => ({ input: place(''), skip: () => undefined, onStep: () => undefined });
const list = released(['b/2', 'b/1'], ['a/x', 'a/y'], ['b/1', 'b/3'], ['a/x', 'b/1']);

describe('prepare/datasets/released-pairs: listedImages', () => {
  it('gives every image once, sorted, by item', async () => {
    await writeFile(place('pairs.npy'), '');
    const images = await listedImages(context(), list, undefined);
    expect([...images]).toEqual([
      ['a', ['x', 'y']],
      ['b', ['1', '2', '3']],
    ]);
  });

  it('takes the list that is given, and says where to get one', async () => {
    await writeFile(place('other.npy'), '');
    expect((await listedImages({ ...context(), input: place('none') }, list, place('other.npy'))).size).toBe(2);
    await expect(listedImages({ ...context(), input: place('none') }, list, undefined)).rejects.toThrow(
      'none/pairs.npy: expected the released list of pairs, found none; download https://download.europe.naverlabs.com/ComputerVision/DUSt3R/pairs.npy, or give --pairs',
    );
  });

  it('refuses names that lead out of the folder', async () => {
    for (const name of ['a/../../x', 'a//x', 'a/x\\y', 'a/.', 'a/'])
      await expect(listedImages(context(), released(['a/x', name]), undefined)).rejects.toThrow(
        `expected the names of scenes and images, found "${name.slice(2)}"`,
      );
  });
});

describe('prepare/datasets/released-pairs: writeListedPairs', () => {
  function finish(prepared: Readonly<Record<string, readonly string[]>>, written: Map<string, unknown>) {
    const items = Object.entries(prepared).map(([key, images]) => ({ key, facts: { images } }));
    const writeIndex = async (name: string, content: unknown) => void written.set(name, content);
    return writeListedPairs({ input: place(''), items, writeIndex } as FinishContext<ListedFacts>, list, undefined);
  }

  it('keeps the pairs whose images were both prepared', async () => {
    const written = new Map<string, unknown>();
    await finish({ a: ['x'], b: ['1', '3'] }, written);
    expect([...written]).toEqual([['index.npy', Uint8Array.of(2, 3)]]);
  });

  it('says that there are none', async () => {
    await expect(finish({ a: ['y'] }, new Map())).rejects.toThrow(
      'pairs.npy: of none of its 4 pairs both images could be prepared',
    );
  });
});

describe('prepare/datasets/released-pairs: whatIsIn', () => {
  it('names what is there, but not all of it', async () => {
    for (const name of ['.hidden', '1', '2', '3', '4']) await writeFile(place(name), '');
    expect(await whatIsIn(place(''))).toBe('1, 2, 3, 4, other.npy, …');
  });
});
