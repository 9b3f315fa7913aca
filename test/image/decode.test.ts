import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';

import { decodeImage } from '#image/decode.ts';
import type { RgbImage } from '#image/rgb-image.ts';

const red = [255, 0, 0];
const green = [0, 255, 0];
const blue = [0, 0, 255];

/** Three pixels wide, two high: red green blue, then blue red green. */
const flag: RgbImage = { width: 3, height: 2, data: Uint8Array.from([red, green, blue, blue, red, green].flat()) };

/** 16 × 16 pixels of one colour, by heif-enc of libheif 1.15. */
const heic =
  'AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAa1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5waXRtAA' +
  'AAAAACAAAAEGlkYXQAAAAAABAAEAAAADhpbG9jAQAAAERAAAIAAQAAAAAAAAHRAAEAAAAAAAAAMwACAAEAAAAAAAAAAQAAAAAAAAAIAAAAOGlp' +
  'bmYAAAAAAAIAAAAVaW5mZQIAAAEAAQAAaHZjMQAAAAAVaW5mZQIAAAAAAgAAZ3JpZAAAAADYaXBycAAAALZpcGNvAAAAdmh2Y0MBA3AAAAAAAA' +
  'AAAAAe8AD8/fj4AAAPAyAAAQAYQAEMAf//A3AAAAMAkAAAAwAAAwAeugJAIQABACpCAQEDcAAAAwCQAAADAAADAB6gIIEFluqumubgQEDAgAAA' +
  'AwCAAAADAIQiAAEABkQBwXPBiQAAABRpc3BlAAAAAAAAAEAAAABAAAAAFGlzcGUAAAAAAAAAEAAAABAAAAAQcGl4aQAAAAADCAgIAAAAGmlwbW' +
  'EAAAAAAAAAAgABAoECAAICA4QAAAAaaXJlZgAAAAAAAAAOZGltZwACAAEAAQAAADttZGF0AAAALygBrxMhZGNA+BD3Z/+tv1/6mbz/lbsenOyE' +
  'dMDSIICbQEiTXVALFhCAh3alVtz4';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'decode-'));
});
afterAll(() => rm(folder, { recursive: true }));

function raw({ data, width, height }: RgbImage, channels: 3 | 4 = 3): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

/** Smooth colours, so that lossy formats stay near them. */
function gradient(width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const x = i % width;
    const y = Math.floor(i / width);
    data.set([(x * 255) / width, (y * 255) / height, 255 - (x * 255) / width], 3 * i);
  }
  return { width, height, data };
}

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] as number))), 0);
}

describe('image/decode: decodeImage', () => {
  it('reads a file as rows of RGB pixels', async () => {
    const path = join(folder, 'flag.png');
    await raw(flag).png().toFile(path);
    expect(await decodeImage(path)).toEqual(flag);
  });

  it.each(['jpeg', 'webp', 'avif', 'tiff', 'png', 'gif'] as const)('reads %s', async (format) => {
    const image = gradient(48, 32);
    const decoded = await decodeImage(await raw(image).toFormat(format, { quality: 95 }).toBuffer());
    expect([decoded.width, decoded.height]).toEqual([48, 32]);
    expect(largestDifference(decoded.data, image.data)).toBeLessThan(32);
  });

  it('turns the picture upright as its EXIF orientation says', async () => {
    const turned = await raw(flag).withMetadata({ orientation: 6 }).png().toBuffer();
    const upright = [blue, red, red, green, green, blue].flat();
    expect(await decodeImage(turned)).toEqual({ width: 2, height: 3, data: Uint8Array.from(upright) });
  });

  it('drops transparency without blending', async () => {
    const data = Uint8Array.from([10, 20, 30, 0, 40, 50, 60, 128]);
    const png = await raw({ width: 2, height: 1, data }, 4).png().toBuffer();
    expect((await decodeImage(png)).data).toEqual(Uint8Array.of(10, 20, 30, 40, 50, 60));
  });

  it('brings grey, 16-bit and CMYK images to 8-bit RGB', async () => {
    const grey = await sharp(Uint8Array.of(7, 200), { raw: { width: 2, height: 1, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer();
    expect((await decodeImage(grey)).data).toEqual(Uint8Array.of(7, 7, 7, 200, 200, 200));
    const deep = await raw(flag).toColourspace('rgb16').png().toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe('ushort');
    expect((await decodeImage(deep)).data).toEqual(flag.data);
    const cmyk = await decodeImage(await raw(gradient(8, 8)).toColourspace('cmyk').jpeg().toBuffer());
    expect(cmyk.data).toHaveLength(8 * 8 * 3);
  });

  it('takes the first frame of an animation', async () => {
    const frames = Uint8Array.from([...red, ...red, ...blue, ...blue]);
    const gif = await sharp(frames, { raw: { width: 2, height: 2, channels: 3, pageHeight: 1 } })
      .gif()
      .toBuffer();
    expect((await sharp(gif).metadata()).pages).toBe(2);
    expect(await decodeImage(gif)).toEqual({ width: 2, height: 1, data: Uint8Array.of(...red, ...red) });
  });

  it('says what to do with a HEIC image when sharp has no decoder for it', async () => {
    const decoded = decodeImage(Buffer.from(heic, 'base64'), { name: 'photo.heic' });
    if (sharp.format.heif.input.fileSuffix?.includes('.heic')) expect((await decoded).width).toBe(16);
    else
      await expect(decoded).rejects.toThrow(/^photo\.heic: .* no HEVC decoder .*; convert the file to JPEG first .*$/);
  });

  it('names the file that is missing, a folder, empty or no image', async () => {
    const empty = join(folder, 'empty.jpg');
    const text = join(folder, 'text.jpg');
    const drawing = join(folder, 'drawing.svg');
    await writeFile(empty, '');
    await writeFile(text, 'hello');
    await writeFile(drawing, '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    await expect(decodeImage(join(folder, 'none.jpg'))).rejects.toThrow(/none\.jpg: no such image file$/);
    await expect(decodeImage(folder)).rejects.toThrow(`${folder}: expected an image file, found a folder`);
    await expect(decodeImage('/dev/null')).rejects.toThrow('/dev/null: expected an image file');
    await expect(decodeImage(empty)).rejects.toThrow(`${empty}: the image file is empty`);
    await expect(decodeImage(text)).rejects.toThrow(`${text}: not an image of a supported type`);
    await expect(decodeImage(drawing)).rejects.toThrow(`${drawing}: not an image of a supported type`);
  });

  it('refuses an image of too many pixels before decoding it', async () => {
    const png = await raw(flag).png().toBuffer();
    await expect(decodeImage(png, { maxPixels: 5, name: 'big.png' })).rejects.toThrow(
      'big.png: 3 × 2 pixels are more than the limit of 5; shrink the image or raise maxPixels',
    );
    await expect(decodeImage(forgeSize(await raw(flag).jpeg().toBuffer(), 60_000, 60_000))).rejects.toThrow(
      '60000 × 60000',
    );
  });

  it.each(['jpeg', 'png', 'webp', 'tiff', 'gif', 'avif'] as const)('refuses a truncated %s', async (format) => {
    const whole = await raw(gradient(64, 48)).toFormat(format).toBuffer();
    const cut = whole.subarray(0, Math.floor(whole.length * 0.6));
    await expect(decodeImage(cut, { name: 'cut' })).rejects.toThrow(/^cut: damaged or unsupported \w+ image \(.+\)$/);
  });

  it('answers 200 mutated JPEGs with one line or pixels, in bounded memory', async () => {
    const random = seeded(1);
    const originals = [
      await raw(gradient(96, 64)).withMetadata({ orientation: 6 }).jpeg({ quality: 90 }).toBuffer(),
      await raw(gradient(96, 64)).jpeg({ progressive: true }).toBuffer(),
    ];
    const before = process.resourceUsage().maxRSS;
    let refused = 0;
    for (let i = 0; i < 200; i++) {
      const outcome = await decodeImage(mutate(originals[i % 2] as Uint8Array, i, random), { name: 'm.jpg' }).catch(
        (error: Error) => error.message,
      );
      if (typeof outcome === 'string') {
        expect(outcome).toMatch(/^m\.jpg: .+$/);
        expect(outcome).not.toContain('\n');
        refused++;
      } else expect(outcome.data).toHaveLength(outcome.width * outcome.height * 3);
    }
    expect(refused).toBeGreaterThan(50);
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(1e6); // kilobytes
  });
});

/** mulberry32 */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function mutate(original: Uint8Array, kind: number, random: () => number): Uint8Array {
  const bytes = Uint8Array.from(original);
  const position = () => Math.floor(random() * bytes.length);
  switch (kind % 5) {
    case 0:
      return bytes.subarray(0, position());
    case 1:
      return forgeSize(bytes, Math.floor(random() * 65_536), Math.floor(random() * 65_536));
    case 2:
      return forgeSegmentLength(bytes, random);
    default:
      for (let flips = 1 + Math.floor(random() * 20); flips > 0; flips--) {
        const at = position();
        bytes[at] = (bytes[at] as number) ^ (1 << Math.floor(random() * 8));
      }
      return bytes;
  }
}

/** Overwrites the size in the start-of-frame segment. */
function forgeSize(jpeg: Uint8Array, width: number, height: number): Uint8Array {
  const bytes = Buffer.from(jpeg);
  const frame = [0xc0, 0xc2].map((code) => bytes.indexOf(Buffer.of(0xff, code))).find((at) => at >= 0) as number;
  bytes.writeUInt16BE(height, frame + 5);
  bytes.writeUInt16BE(width, frame + 7);
  return bytes;
}

function forgeSegmentLength(jpeg: Uint8Array, random: () => number): Uint8Array {
  const bytes = Buffer.from(jpeg);
  const markers = [0xe0, 0xe1, 0xdb, 0xc4, 0xc0, 0xc2, 0xda].map((code) => bytes.indexOf(Buffer.of(0xff, code)));
  const found = markers.filter((at) => at >= 0);
  bytes.writeUInt16BE(Math.floor(random() * 65_536), (found[Math.floor(random() * found.length)] as number) + 2);
  return bytes;
}
