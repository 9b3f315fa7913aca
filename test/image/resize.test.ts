import { describe, expect, it } from '@jest/globals';

import { resizeImage } from '#image/resize.ts';
import type { RgbImage } from '#image/rgb-image.ts';
import { resampleGolden } from './resample-golden.ts';

const constant = (width: number, height: number, value: number): RgbImage => ({
  width,
  height,
  data: new Uint8Array(width * height * 3).fill(value),
});

describe('image/resize: resizeImage', () => {
  it.each([
    ['bicubic', 26, 18],
    ['bicubic', 80, 61],
    ['lanczos', 20, 30],
    ['lanczos', 32, 24],
  ] as const)('equals Pillow byte for byte: %s to %i × %i', (kernel, width, height) => {
    const resized = resizeImage(resampleGolden('in'), width, height, kernel);
    expect(resized).toEqual(resampleGolden(`${kernel}_${width}x${height}`));
  });

  it('halves a step edge as the antialiased cubic does', () => {
    const row = Uint8Array.from([0, 0, 0, 0, 255, 255, 255, 255].flatMap((v) => [v, v, v]));
    // Weights of output 1 over pixels 0…5 are -3 -9 29 111 111 29 -9 -3 (of 256, clipped at the border and normalised).
    const { data } = resizeImage({ width: 8, height: 1, data: row }, 4, 1, 'bicubic');
    expect(Array.from(data).filter((_, i) => i % 3 === 0)).toEqual([0, 17, 238, 255]);
  });

  it.each(['bicubic', 'lanczos'] as const)('keeps a constant image constant (%s)', (kernel) => {
    expect(resizeImage(constant(37, 23, 201), 11, 50, kernel)).toEqual(constant(11, 50, 201));
  });

  it('leaves an image of the wanted size as it is', () => {
    const image = resampleGolden('in');
    expect(resizeImage(image, image.width, image.height, 'lanczos')).toBe(image);
  });

  it('refuses sizes that are no positive whole numbers and pixels that do not fit their size', () => {
    expect(() => resizeImage(constant(2, 2, 0), 0, 4, 'bicubic')).toThrow('whole numbers from 1 to 65535, got 0 × 4');
    expect(() => resizeImage(constant(2, 2, 0), 4, 1.5, 'bicubic')).toThrow('got 4 × 1.5');
    expect(() => resizeImage({ ...constant(2, 2, 0), width: 3 }, 4, 4, 'bicubic')).toThrow('expected 18 bytes');
  });

  it('takes a 12-megapixel photograph to the network size in well under a second', () => {
    const start = performance.now();
    resizeImage(constant(4032, 3024, 90), 512, 384, 'lanczos');
    expect(performance.now() - start).toBeLessThan(3000); // about 400 ms alone; room for a busy machine
  });
});
