import { describe, expect, it } from '@jest/globals';
import { sampleIndices } from '#prepare/check/sample-indices.ts';

describe('prepare/check: sampleIndices', () => {
  it('takes all where there are no more than wanted', () => {
    expect(sampleIndices(3, 5, 0)).toEqual([0, 1, 2]);
  });

  it('draws one of each stretch, the same for the same seed', () => {
    const indices = sampleIndices(1003, 10, 7);
    expect(indices.map((index) => Math.floor((10 * index + 9) / 1003))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(sampleIndices(1003, 10, 7)).toEqual(indices);
    expect(sampleIndices(1003, 10, 8)).not.toEqual(indices);
  });
});
