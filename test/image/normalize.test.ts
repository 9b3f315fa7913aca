import { describe, expect, it } from '@jest/globals';

import { denormalizePixels, normalizePixels } from '#image/normalize.ts';

const allValues = { width: 16, height: 6, data: Uint8Array.from({ length: 288 }, (_, i) => i % 256) };

describe('image/normalize', () => {
  it('puts black at -1 and white at 1, in PyTorch float32', () => {
    const values = normalizePixels([{ width: 1, height: 1, data: Uint8Array.of(0, 255, 51) }]);
    expect(Array.from(values)).toEqual([-1, 1, Math.fround((Math.fround(0.2) - 0.5) / 0.5)]);
  });

  it('stacks images of one size and refuses others', () => {
    const other = { ...allValues, data: allValues.data.slice().reverse() };
    const both = normalizePixels([allValues, other]);
    expect(both.subarray(288)).toEqual(normalizePixels([other]));
    const small = { width: 1, height: 1, data: new Uint8Array(3) };
    expect(() => normalizePixels([allValues, small])).toThrow('image 1 has 1 × 1 pixels, image 0 16 × 6');
    expect(() => normalizePixels([])).toThrow('at least one image');
  });

  it('comes back from the network range to the same pixels', () => {
    expect(denormalizePixels(normalizePixels([allValues]), 16, 6)).toEqual(allValues);
  });

  it('clips what lies outside of the range', () => {
    expect(denormalizePixels(Float32Array.of(-3, 3, 0), 1, 1).data).toEqual(Uint8Array.of(0, 255, 128));
  });
});
