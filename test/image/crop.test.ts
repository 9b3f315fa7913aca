import { describe, expect, it } from '@jest/globals';

import { cropImage } from '#image/crop.ts';

const image = { width: 4, height: 3, data: Uint8Array.from({ length: 36 }, (_, i) => i) };

describe('image/crop: cropImage', () => {
  it('copies the pixels of the box', () => {
    const cropped = cropImage(image, { left: 1, top: 1, width: 2, height: 2 });
    expect(cropped).toEqual({
      width: 2,
      height: 2,
      data: Uint8Array.of(15, 16, 17, 18, 19, 20, 27, 28, 29, 30, 31, 32),
    });
  });

  it.each([
    [3, 0, 2, 1],
    [0, 2, 1, 2],
    [-1, 0, 1, 1],
    [0, 0, 0, 1],
    [0.5, 0, 1, 1],
  ])('refuses a box that does not lie within the image: %d, %d, %d, %d', (left, top, width, height) => {
    expect(() => cropImage(image, { left, top, width, height })).toThrow('does not lie within 4 × 3');
  });
});
