import { describe, expect, it } from '@jest/globals';
import { decodeExr, readExr } from '#formats/exr.ts';
import { fixture, fixturePath, ramp } from './fixtures.ts';

const read = (name: string, channel?: string) => decodeExr(fixture(`exr/${name}.exr`), `${name}.exr`, channel);
const depth = Float32Array.from(ramp(37 * 29), (value, i) => {
  const [x, y] = [i % 29, Math.floor(i / 29)];
  return x >= 7 && x < 11 && y >= 5 && y < 9 ? 0 : value;
});
const noisy = new Float32Array(fixture('exr/noisy.bin').buffer);
const image = { width: 29, height: 37, channel: 'Y' };

describe('formats/exr: what OpenCV wrote', () => {
  it.each(['none', 'rle', 'zips', 'zip', 'piz', 'pxr24', 'default', 'zip-half', 'rle-half', 'piz-half', 'pxr24-half'])(
    'reads depth: %s',
    (name) => {
      expect(read(name)).toEqual({ ...image, values: depth });
    },
  );

  it.each(['rle-noisy', 'zip-noisy', 'piz-noisy'])('reads every bit of noise: %s', (name) => {
    expect(read(name)).toEqual({ ...image, values: noisy });
  });

  it('reads the 24 bits that PXR24 keeps', () => {
    const { values } = read('pxr24-noisy');
    for (const [i, value] of noisy.entries())
      expect(Math.abs((values[i] as number) / value - 1)).toBeLessThan(2 ** -15);
  });

  it("undoes PIZ's wavelet and Huffman code", () => {
    const rough = Float32Array.from(new Int16Array(fixture('exr/rough.bin').buffer));
    expect(read('rough-piz')).toEqual({ width: 60, height: 70, channel: 'Y', values: rough });
  });

  it('undoes PIZ where a block has more than 2^14 values', () => {
    const bits = Uint32Array.from({ length: 33 * 600 }, (_, i) => 0x41000000 + i);
    expect(read('ramp-piz').values).toEqual(new Float32Array(bits.buffer));
  });

  it('reads one of several channels', () => {
    expect(read('color')).toEqual({ ...image, channel: 'R', values: depth });
    expect(read('color', 'G').values).toEqual(depth.map((value) => value + 1000));
    const [blue, green] = [read('smooth-piz', 'B').values, read('smooth-piz', 'G').values];
    const places = Array.from({ length: 80 * 40 }, (_, i) => [i % 80, Math.floor(i / 80)] as const);
    expect(blue).toEqual(Float32Array.from(places, ([x, y]) => x / 2 + y));
    expect(green).toEqual(Float32Array.from(places, ([x, y]) => x - y / 4));
    expect(() => read('color', 'A')).toThrow('color.exr: expected the channel A in the EXR, found B, G, R');
  });

  it('reads from a file', async () => {
    expect(await readExr(fixturePath('exr/zip.exr'))).toEqual({ ...image, values: depth });
  });
});

describe('formats/exr: what is refused', () => {
  it.each([
    ['b44', 'B44'],
    ['dwaa', 'DWAA'],
  ])('refuses the lossy compression of %s', (name, compression) => {
    expect(() => read(name)).toThrow(
      `${name}.exr: expected one of the compressions NONE, RLE, ZIPS, ZIP, PIZ, PXR24, found ${compression}`,
    );
  });

  const forge = (change: (bytes: Buffer) => void) => {
    const bytes = Buffer.from(fixture('exr/zip.exr'));
    change(bytes);
    return () => decodeExr(bytes, 'a.exr');
  };
  const after = (bytes: Buffer, text: string) => bytes.indexOf(text) + text.length;

  it.each([
    ['tiles', 2],
    ['deep data', 8],
    ['several parts', 16],
  ])('refuses %s', (form, flag) => {
    expect(forge((bytes) => bytes.writeUInt8(flag, 5))).toThrow(
      `a.exr: expected an EXR of one part of scan lines, found ${form}; save it as scan lines`,
    );
  });

  it('takes no memory for pixels that cannot be there', () => {
    expect(forge((bytes) => bytes.writeInt32LE(60_000, after(bytes, 'dataWindow\0box2i\0') + 12))).toThrow(
      '1988 bytes claim 60001 × 37 pixels',
    );
  });

  it('names what is wrong with a block', () => {
    expect(() => decodeExr(fixture('exr/zip.exr').subarray(0, -1), 'a.exr')).toThrow(
      'the end at 1987; is it cut short?',
    );
    expect(forge((bytes) => bytes.fill(7, 700, 1000))).toThrow('a.exr: damaged, its data cannot be decompressed');
    expect(forge((bytes) => bytes.fill(7, bytes.length - 400))).toThrow('a.exr: expected line 32 in its block, found');
  });

  it('refuses other files', () => {
    expect(() => decodeExr(Buffer.from('\x89PNG and more'), 'a.exr')).toThrow('a.exr: expected an EXR file');
    expect(() => decodeExr(new Uint8Array(0), 'a.exr')).toThrow('a.exr: expected an EXR file');
  });
});
