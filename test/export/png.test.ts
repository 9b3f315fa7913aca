import { describe, expect, it } from '@jest/globals';
import { decode } from 'fast-png';
import sharp from 'sharp';

import { encodeDepthPng, encodeRgbPng } from '#export/png.ts';

const depth = (values: number[]) => ({ width: values.length, height: 1, values: Float32Array.from(values) });

async function read16(png: Uint8Array): Promise<number[]> {
  const { data, info } = await sharp(png)
    .toColourspace('grey16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  expect(info.channels).toBe(1);
  return Array.from({ length: data.length / 2 }, (_, i) => data.readUInt16LE(2 * i));
}

describe('export/png: encodeDepthPng', () => {
  it('stores metres as millimetres, as sharp reads them', async () => {
    const { png, scale } = encodeDepthPng(depth([0.001, 1, 2.5, 65.535]), { scale: 0.001 });
    expect(scale).toBe(0.001);
    expect((await sharp(png).metadata()).depth).toBe('ushort');
    expect(await read16(png)).toEqual([1, 1000, 2500, 65_535]);
  });

  it('gives the farthest depth the largest value when no scale is asked for, and says the scale', async () => {
    const { png, scale } = encodeDepthPng(depth([1, 8, 4]));
    expect(scale).toBe(8 / 65_535);
    expect(await read16(png)).toEqual([8192, 65_535, 32_768]);
    expect(decode(png).text).toEqual({ depth_scale: String(scale) });
  });

  it('keeps 0 for pixels without depth only', async () => {
    const { png } = encodeDepthPng(depth([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e-9]), { scale: 1 });
    expect(await read16(png)).toEqual([0, 0, 0, 0, 1]);
    expect(encodeDepthPng(depth([0, 0])).scale).toBe(1);
  });

  it('refuses a scale that cannot hold the farthest depth', () => {
    expect(() => encodeDepthPng(depth([66]), { scale: 0.001 })).toThrow('the scale 0.001 cannot store the depth 66');
    expect(() => encodeDepthPng(depth([1]), { scale: 0 })).toThrow('choose a larger one');
    expect(() => encodeDepthPng({ ...depth([1]), height: 2 })).toThrow('expected 1 × 2 values');
  });
});

describe('export/png: encodeRgbPng', () => {
  it('writes the pixels that sharp reads', async () => {
    const image = { width: 3, height: 2, data: Uint8Array.from({ length: 18 }, (_, i) => i * 14) };
    const { data, info } = await sharp(encodeRgbPng(image)).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([3, 2, 3]);
    expect(Uint8Array.from(data)).toEqual(image.data);
  });
});
