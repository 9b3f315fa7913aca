import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makePairs, withoutRedundantPairs } from '#infer/pairs.ts';

const golden: Record<string, [number, number][]> = JSON.parse(
  readFileSync('test/fixtures/golden/data/pairs.json', 'utf8'),
);
const graphs = ['complete', 'swin', 'swin-2', 'swin-4-noncyclic', 'logwin', 'logwin-5-noncyclic', 'oneref', 'oneref-1'];

describe('infer/pairs: makePairs', () => {
  it('gives exactly the original pairs for every graph, prefilter and symmetrisation', () => {
    for (const [key, expected] of Object.entries(golden)) {
      const [, n, graph, symmetrize, filter] =
        /^n=(\d+) (\S+) symmetrize=(\w+) prefilter=(\w+)$/.exec(key) ?? ([] as string[]);
      const prefilter = filter === 'None' ? undefined : filter;
      const pairs = makePairs(Number(n), graph, { prefilter, symmetrize: symmetrize === 'True' });
      expect([key, pairs]).toEqual([key, expected]);
    }
    expect(Object.keys(golden).length).toBeGreaterThan(100);
  });

  it('has the sizes that the specification counts for six images', () => {
    const size = (graph: string) => makePairs(6, graph, { symmetrize: false }).length;
    expect(['complete', 'swin-2', 'swin-2-noncyclic', 'logwin-3', 'oneref'].map(size)).toEqual([15, 12, 9, 12, 5]);
  });

  it('takes a window without a width as one of 3', () => {
    expect(makePairs(9, 'swin-noncyclic')).toEqual(makePairs(9, 'swin-3-noncyclic'));
    expect(makePairs(9, 'logwin')).toEqual(makePairs(9, 'logwin-3'));
  });

  it('is symmetric, sorted and within the images for any count', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 30 }), fc.constantFrom(...graphs), (count, graph) => {
        const pairs = makePairs(count, graph);
        const keys = pairs.map(([i, j]) => i * count + j);
        expect(keys).toEqual([...keys].sort((a, b) => a - b));
        expect(pairs.map(([i, j]) => j * count + i).sort((a, b) => a - b)).toEqual(keys);
        expect(pairs.flat().every((i) => i >= 0 && i < count)).toBe(true);
      }),
    );
  });

  it('answers at once for absurdly wide windows', () => {
    const all = makePairs(12, 'complete');
    expect(withoutRedundantPairs(makePairs(12, 'swin-999999999999'))).toEqual(all);
    expect(withoutRedundantPairs(makePairs(12, 'swin-999999999999-noncyclic'))).toEqual(all);
    expect(makePairs(12, 'logwin-999999999999').length).toBeLessThan(200);
    expect(makePairs(12, 'logwin-999999999999-noncyclic')).toEqual(makePairs(12, 'logwin-4-noncyclic'));
  });

  it('has no pairs without images and refuses what it does not know', () => {
    expect(makePairs(0)).toEqual([]);
    expect(makePairs(0, 'swin')).toEqual([]);
    expect(() => makePairs(3, 'window')).toThrow("unknown scene graph 'window'; expected complete, swin");
    expect(() => makePairs(3, 'swin-two')).toThrow('unknown scene graph');
    expect(() => makePairs(3, 'complete', { prefilter: 'seq' })).toThrow(
      "unknown prefilter 'seq'; expected seqK or cycK",
    );
    expect(() => makePairs(3, 'oneref-3')).toThrow('the reference image 3 is not one of the 3 images');
    expect(() => makePairs(2.5)).toThrow('expected a whole number of images, got 2.5');
  });
});

describe('infer/pairs: withoutRedundantPairs', () => {
  it('drops self pairs and repetitions and keeps the order', () => {
    expect(withoutRedundantPairs(makePairs(2, 'swin-2'))).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });
});
