import { describe, expect, it } from '@jest/globals';
import { segmentSky } from '#align/sky.ts';

type Color = readonly [red: number, green: number, blue: number];
const [blue, cloud, brick, grass] = [
  [90, 140, 230],
  [235, 238, 240],
  [170, 80, 60],
  [70, 130, 60],
] as const;
const [width, height] = [24, 20];

function paint(colorAt: (column: number, row: number) => Color) {
  const pixels = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return colorAt(pixel % width, Math.floor(pixel / width))[i % 3] as number;
  });
  return { width, height, pixels };
}

describe('align/sky', () => {
  it('finds blue sky and clouds, and neither brick nor grass', () => {
    const mask = segmentSky(
      paint((column, row) => (row < 8 ? (column < 12 ? blue : cloud) : column < 12 ? brick : grass)),
    );
    expect(mask).toEqual(Uint8Array.from({ length: width * height }, (_, i) => Number(i < 8 * width)));
  });

  it('takes red for what it is: no sky', () => {
    expect(segmentSky(paint(() => [blue[2], blue[1], blue[0]])).includes(1)).toBe(false);
  });

  it('leaves out small patches and thin lines', () => {
    const isSmall = (column: number, row: number) => column >= 16 && column < 21 && row >= 12 && row < 17;
    const mask = segmentSky(paint((column, row) => (row < 6 || row === 9 || isSmall(column, row) ? blue : brick)));
    expect(mask).toEqual(Uint8Array.from({ length: width * height }, (_, i) => Number(i < 6 * width)));
  });

  it('refuses an image of another size', () => {
    expect(() => segmentSky({ width: 2, height: 2, pixels: new Uint8Array(16) })).toThrow(
      'expected 2×2 RGB pixels, got 16',
    );
  });
});
