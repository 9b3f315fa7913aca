import { describe, expect, it } from '@jest/globals';

import { expectRgbImage, expectSize, maxSide } from '#image/rgb-image.ts';

describe('image/rgb-image', () => {
  it('accepts images whose bytes fit their size and nothing else', () => {
    expect(() => expectRgbImage('photo', { width: 2, height: 1, data: new Uint8Array(6) })).not.toThrow();
    expect(() => expectRgbImage('photo', { width: 2, height: 1, data: new Uint8Array(8) })).toThrow(
      'photo: expected 6 bytes for 2 × 1 RGB pixels, got 8',
    );
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, maxSide + 1])('refuses a side of %d', (side) => {
    expect(() => expectSize('photo', side, 4)).toThrow(
      `photo: width and height must be whole numbers from 1 to ${maxSide}`,
    );
    expect(() => expectSize('photo', 4, side)).toThrow(RangeError);
  });
});
