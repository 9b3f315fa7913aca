import { describe, expect, it } from '@jest/globals';
import { parseMix } from '#data/expression.ts';
import { mixOrder, openDatasets } from '#data/mix.ts';
import { createNumpyRandom } from '#tensor/random.ts';
import { mixTypes } from './mix-types.ts';

/** The samples of an epoch as [dataset, index], for datasets of the given lengths; R stands for one. */
function samplesOf(text: string, lengths: readonly number[], epoch = 0): number[][] {
  const mix = parseMix(text.replaceAll('R', 'Rooms(resolution=32)'), mixTypes);
  const order = mixOrder(mix, lengths);
  return Array.from({ length: order.length }, (_, i) => {
    const { dataset, index } = order.locate(i, epoch);
    return [dataset, index];
  });
}

const indicesOf = (...args: Parameters<typeof samplesOf>) => samplesOf(...args).map(([, index]) => index);

describe('data/mix: mixOrder', () => {
  it('A + B is one after the other', () => {
    expect(samplesOf('R + R', [2, 3])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
      [1, 2],
    ]);
  });

  it('k * A repeats every sample k times in a row', () => {
    expect(indicesOf('3 * R', [2])).toEqual([0, 0, 0, 1, 1, 1]);
  });

  it("n @ A is numpy's permutation of epoch + 777, cut or repeated", () => {
    const permutation = (epoch: number) => createNumpyRandom(777 + epoch).permutation(5);
    expect(indicesOf('3 @ R', [5])).toEqual(permutation(0).slice(0, 3));
    expect(indicesOf('3 @ R', [5], 4)).toEqual(permutation(4).slice(0, 3));
    expect(indicesOf('12 @ R', [5], 1)).toEqual([...permutation(1), ...permutation(1), ...permutation(1)].slice(0, 12));
  });

  it('numbers the datasets from left to right through nested parts', () => {
    expect(samplesOf('2 * (R + R) + R', [1, 1, 1])).toEqual([
      [0, 0],
      [0, 0],
      [1, 0],
      [1, 0],
      [2, 0],
    ]);
    const drawn = samplesOf('4 @ (R + R)', [2, 2], 3).map(String).sort();
    expect(drawn).toEqual(['0,0', '0,1', '1,0', '1,1']);
  });

  it('gives an epoch again after another was asked for', () => {
    const mix = parseMix('4 @ Rooms(resolution=32)', mixTypes);
    const order = mixOrder(mix, [20]);
    const epoch = (number: number) => [0, 1, 2, 3].map((i) => order.locate(i, number).index);
    const first = epoch(0);
    expect(epoch(1)).not.toEqual(first);
    expect(epoch(0)).toEqual(first);
  });
});

describe('data/mix: openDatasets', () => {
  it('opens the datasets in their order, and refuses an empty one', async () => {
    const open = (text: string) => openDatasets(parseMix(text, mixTypes));
    const datasets = await open('2 * Rooms(7, resolution=32) + Streets(3, resolution=32)');
    expect(datasets.map(({ name, length }) => [name, length])).toEqual([
      ['Rooms', 7],
      ['Streets', 3],
    ]);
    await expect(open('Streets(0, resolution=32)')).rejects.toThrow(
      'Streets: expected a dataset of at least one pair, got 0',
    );
  });
});
