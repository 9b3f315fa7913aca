import { describe, expect, it } from '@jest/globals';
import { BrokenSampleError } from '#data/pair-dataset.ts';
import { listedPairs, selectRows } from '#data/published/listed-pairs.ts';
import type { RawView } from '#data/view.ts';
import { createNumpyRandom } from '#tensor/random.ts';

describe('data/published/listed-pairs', () => {
  it('selects rows in their order', () => {
    expect(selectRows(7, (row) => row % 3 === 1)).toEqual(Uint32Array.of(1, 4));
    expect(selectRows(0, () => true)).toHaveLength(0);
  });

  it('hands index and generator to the reader, whose failure breaks that pair alone', async () => {
    const views = ['a', 'b'] as unknown as readonly [RawView, RawView];
    const dataset = listedPairs({
      ...{ dataset: 'Waymo', length: 2 },
      read: async (index, random) => {
        if (index === 0) throw new Error('a.exr: damaged');
        expect(random.integers(0, 100)).toBe(createNumpyRandom(5).integers(0, 100));
        return views;
      },
    });
    expect([dataset.name, dataset.length]).toEqual(['Waymo', 2]);
    await expect(dataset.pair(0, createNumpyRandom(5))).rejects.toEqual(new BrokenSampleError('a.exr: damaged'));
    expect(await dataset.pair(1, createNumpyRandom(5))).toBe(views);
  });
});
