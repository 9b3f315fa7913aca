import { describe, expect, it } from '@jest/globals';

import { mapToOriginal, pixelMapping, toNetworkPixel, toOriginalPixel } from '#image/pixel-mapping.ts';

/** 8 × 6 pixels, halved to 4 × 3, of which the middle 2 × 2 were kept. */
const original = { width: 8, height: 6 };
const mapping = pixelMapping(original, { width: 4, height: 3 }, { left: 1, top: 1, width: 2, height: 2 });

describe('image/pixel-mapping', () => {
  it('puts the centre of a network pixel at the centre of the pixels it was made of', () => {
    // Network pixel (0, 0) is resized pixel (1, 1): the mean of original pixels 2 and 3.
    expect(toOriginalPixel(mapping, [0, 0])).toEqual([2.5, 2.5]);
    expect(toOriginalPixel(mapping, [1, 1])).toEqual([4.5, 4.5]);
  });

  it('maps the corners of the crop to corners, half a pixel outside of the centres', () => {
    expect(toOriginalPixel(mapping, [-0.5, -0.5])).toEqual([1.5, 1.5]);
    expect(toOriginalPixel(mapping, [1.5, 1.5])).toEqual([5.5, 5.5]);
  });

  it('has an inverse', () => {
    const [x, y] = toNetworkPixel(mapping, toOriginalPixel(mapping, [0.3, 1.7]));
    expect(x).toBeCloseTo(0.3, 12);
    expect(y).toBeCloseTo(1.7, 12);
  });

  it('spreads a depth map over the photograph and leaves out what was cropped', () => {
    const depth = mapToOriginal({ width: 2, height: 2, values: Float32Array.of(1, 2, 3, 4) }, mapping, original);
    expect(depth).toEqual({
      ...original,
      values: Float32Array.from(
        [
          [0, 0, 0, 0, 0, 0, 0, 0],
          [0, 0, 0, 0, 0, 0, 0, 0],
          [0, 0, 1, 1, 2, 2, 0, 0],
          [0, 0, 1, 1, 2, 2, 0, 0],
          [0, 0, 3, 3, 4, 4, 0, 0],
          [0, 0, 3, 3, 4, 4, 0, 0],
        ].flat(),
      ),
    });
  });
});
