import { describe, expect, it } from '@jest/globals';
import { decodeImage } from '#image/decode.ts';
import { encodeJpeg } from '#image/jpeg.ts';

/** A smooth picture, which JPEG keeps well. */
function gradient(width: number, height: number) {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return [(255 * x) / width, (255 * y) / height, 128][i % 3] as number;
  });
  return { width, height, data };
}

describe('image/jpeg: encodeJpeg', () => {
  it('keeps a picture that is small enough, nearly as it is', async () => {
    const image = gradient(40, 24);
    const again = await decodeImage(await encodeJpeg(image));
    expect(again).toMatchObject({ width: 40, height: 24 });
    const worst = again.data.reduce((most, value, i) => Math.max(most, Math.abs(value - (image.data[i] as number))), 0);
    expect(worst).toBeLessThan(16);
  });

  it.each([
    [400, 100, 100, 25],
    [100, 400, 25, 100],
    [100, 100, 100, 100],
  ])('shrinks %i × %i to a long side of 100, in proportion', async (width, height, ...expected) => {
    const { data, ...size } = await decodeImage(await encodeJpeg(gradient(width, height), { longSide: 100 }));
    expect([size.width, size.height]).toEqual(expected);
    expect(data).toHaveLength(3 * (expected[0] as number) * (expected[1] as number));
  });

  it('takes more bytes for a higher quality', async () => {
    const image = gradient(64, 64);
    const [low, high] = [await encodeJpeg(image, { quality: 30 }), await encodeJpeg(image, { quality: 95 })];
    expect(high.length).toBeGreaterThan(low.length);
  });

  it('refuses pixels that do not fill the image', async () => {
    const image = { width: 2, height: 2, data: new Uint8Array(11) };
    await expect(encodeJpeg(image)).rejects.toThrow('encodeJpeg: expected 12 bytes for 2 × 2 RGB pixels, got 11');
  });
});
