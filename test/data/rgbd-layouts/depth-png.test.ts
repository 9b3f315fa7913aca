import { truncate, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encode } from 'fast-png';
import { depthInMetres, readDepthPng } from '#data/rgbd-layouts/depth-png.ts';
import { encodeRgbPng } from '#export/png.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const path = useTemporaryFolder();
const stored = { width: 3, height: 2, values: Uint16Array.of(0, 1, 2500, 65_535, 1000, 40_000) };
const png = () => encode({ width: 3, height: 2, data: stored.values, depth: 16, channels: 1 });

async function errorOf(bytes: Uint8Array): Promise<string> {
  const file = path('case.png');
  await writeFile(file, bytes);
  return readDepthPng(file).then(
    () => 'read',
    (error: Error) => error.message,
  );
}

describe('data/rgbd-layouts/depth-png: readDepthPng', () => {
  it('reads 16-bit values as they are stored', async () => {
    await writeFile(path('depth.png'), png());
    expect(await readDepthPng(path('depth.png'))).toEqual(stored);
  });

  it('names a missing file and one that is no PNG', async () => {
    await expect(readDepthPng(path('none.png'))).rejects.toThrow(`${path('none.png')}: no such depth file`);
    expect(await errorOf(Buffer.from('depth'))).toMatch(/case\.png: expected depth as a 16-bit grey PNG, found no PNG/);
  });

  it('refuses colours and 8 bits, which hold no depth', async () => {
    const rgb = encodeRgbPng({ width: 1, height: 1, data: Uint8Array.of(1, 2, 3) });
    expect(await errorOf(rgb)).toMatch(/16-bit grey PNG, found 8 bits of RGB/);
  });

  it('refuses forged sizes before it decodes anything', async () => {
    const forged = Buffer.from(png());
    forged.writeUInt32BE(0x7fff_ffff, 16);
    forged.writeUInt32BE(0x7fff_ffff, 20);
    expect(await errorOf(forged)).toMatch(/claims 2147483647 × 2147483647 pixels/);
  });

  it('refuses a truncated file in one line', async () => {
    const noise = Uint16Array.from({ length: 64 * 64 }, (_, i) => (i * 40_503) % 65_536);
    const file = path('cut.png');
    await writeFile(file, encode({ width: 64, height: 64, data: noise, depth: 16, channels: 1 }));
    await truncate(file, 4000);
    await expect(readDepthPng(file)).rejects.toThrow(/^.*cut\.png: damaged depth PNG \(.*\)$/);
  });

  it('ends with pixels or with one line on files with changed bytes', async () => {
    const good = png();
    const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const bytes = Uint8Array.from(good);
        for (const [place, value] of changes) bytes[place] = value;
        expect(await errorOf(bytes)).toMatch(/^(read|\S*case\.png: .*)$/);
      }),
      { numRuns: 150 },
    );
  });
});

describe('data/rgbd-layouts/depth-png: depthInMetres', () => {
  it('scales, and leaves out what means none or lies too far', () => {
    const { values } = depthInMetres(stored, { scale: 0.001, none: [65_535] }, 30);
    expect(values).toEqual(Float32Array.of(0, 0.001, 2.5, 0, 1, 0));
  });
});
