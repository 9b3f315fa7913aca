import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import sharp from 'sharp';

import { fitForInference, fitImage, loadForInference, roundHalfToEven } from '#image/fit.ts';
import { toOriginalPixel } from '#image/pixel-mapping.ts';

interface Sized {
  readonly width: number;
  readonly height: number;
  readonly size: number;
  readonly square_ok: boolean;
  readonly out_width: number;
  readonly out_height: number;
}

const golden: Sized[] = JSON.parse(
  readFileSync(join(process.cwd(), 'test/fixtures/golden/data/load_images.json'), 'utf8'),
);

describe('image/fit: fitForInference', () => {
  it.each(golden)('sizes $width × $height as the original does (size $size, square_ok $square_ok)', (sized) => {
    const { crop } = fitForInference(sized.width, sized.height, sized.size, { squareOk: sized.square_ok });
    expect([crop.width, crop.height]).toEqual([sized.out_width, sized.out_height]);
  });

  it.each([
    [640, 480, 512, 384],
    [3024, 4032, 384, 512],
    [1920, 1080, 512, 288],
    [512, 512, 512, 384],
    [600, 700, 432, 512],
    [300, 200, 512, 336],
    [1242, 375, 512, 144],
    [513, 384, 512, 368],
    [225, 300, 384, 512],
  ])('follows the table of spec 5.1: %i × %i → %i × %i', (width, height, outWidth, outHeight) => {
    expect(fitForInference(width, height, 512).crop).toMatchObject({ width: outWidth, height: outHeight });
  });

  it('takes other patch sizes', () => {
    const options = { patchSize: 14, squareOk: true };
    expect(fitForInference(1920, 1080, 518, options).crop).toMatchObject({ width: 518, height: 280 });
  });

  it('crops the centre', () => {
    expect(fitForInference(513, 384, 512)).toEqual({
      resized: { width: 512, height: 383 },
      crop: { left: 0, top: 7, width: 512, height: 368 },
    });
  });

  it('always keeps a box of whole patches within the resized image', () => {
    const side = fc.integer({ min: 40, max: 1200 });
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 40 }), fc.boolean(), (width, height, patches, squareOk) => {
        const size = 16 * Math.max(patches, Math.ceil((2 * Math.max(width, height)) / Math.min(width, height)));
        const { crop, resized } = fitForInference(width, height, size, { squareOk });
        expect(crop.width % 16).toBe(0);
        expect(crop.height % 16).toBe(0);
        expect(Math.min(crop.left, crop.top, crop.width - 16, crop.height - 16)).toBeGreaterThanOrEqual(0);
        expect(crop.left + crop.width).toBeLessThanOrEqual(resized.width);
        expect(crop.top + crop.height).toBeLessThanOrEqual(resized.height);
      }),
    );
  });

  it('refuses images too narrow for one patch and sizes without whole patches', () => {
    expect(() => fitForInference(4000, 100, 512)).toThrow('an image of 4000 × 100 pixels is too narrow for size 512');
    expect(() => fitForInference(60_000, 1, 224)).toThrow('too narrow');
    expect(() => fitForInference(640, 480, 8)).toThrow('no whole patches of 16 pixels fit the image size 8');
    expect(() => fitForInference(640, 480, 224, { patchSize: 18 })).toThrow('no whole patches');
    expect(() => fitForInference(640, 480, 512, { patchSize: 15 })).toThrow('even whole number, got 15');
    expect(() => fitForInference(640, Number.NaN, 512)).toThrow('whole numbers');
  });
});

describe('image/fit: loadForInference', () => {
  const width = 128;
  const height = 64;
  const photograph = { width, height, data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7) % 256) };

  it('decodes, turns upright, resizes and crops', async () => {
    const { data } = photograph;
    const png = await sharp(data, { raw: { width, height, channels: 3 } })
      .withMetadata({ orientation: 8 })
      .png()
      .toBuffer();
    const loaded = await loadForInference(png, { size: 32, name: 'a.png' });
    expect(loaded.name).toBe('a.png');
    expect(loaded.original).toEqual({ width: 64, height: 128 });
    expect([loaded.image.width, loaded.image.height]).toEqual([16, 32]);
    expect(loaded.image.data).toHaveLength(16 * 32 * 3);
  });

  it('names the photograph that is too narrow', async () => {
    const strip = { create: { width: 100, height: 2, channels: 3 as const, background: 'red' } };
    const png = await sharp(strip).png().toBuffer();
    await expect(loadForInference(png, { size: 64, name: 'strip.png' })).rejects.toThrow(
      'strip.png: an image of 100 × 2 pixels is too narrow for size 64; crop it first',
    );
  });

  it('maps the centre of the network image to the centre of the photograph', () => {
    const { mapping, image } = fitImage(photograph, { size: 48 });
    expect([image.width, image.height]).toEqual([48, 16]);
    expect(toOriginalPixel(mapping, [47 / 2, 15 / 2])).toEqual([127 / 2, 63 / 2]);
  });

  it('shrinks with Lanczos and enlarges with the cubic', () => {
    const step = { ...photograph, data: photograph.data.map((_, i) => (i % (width * 3) < width * 1.5 ? 0 : 255)) };
    const values = (size: number) => new Set(fitImage(step, { size }).image.data);
    expect(values(64)).not.toEqual(values(256));
    expect(fitImage(step, { size: 128 }).image).toEqual({ width: 128, height: 64, data: step.data });
  });
});

describe('image/fit: roundHalfToEven', () => {
  it('rounds as Python does', () => {
    expect([0.5, 1.5, 2.5, 2.4999, 2.5001, -1.5, -2.5].map(roundHalfToEven)).toEqual([0, 2, 2, 2, 3, -2, -2]);
  });
});
