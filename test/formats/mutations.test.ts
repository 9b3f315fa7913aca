import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { decodeColmapImagesBin } from '#formats/colmap-binary.ts';
import { decodeColmapImagesText } from '#formats/colmap-text.ts';
import { decodeExr } from '#formats/exr.ts';
import { decodeFloat3 } from '#formats/float3.ts';
import { decodeHdf5 } from '#formats/hdf5.ts';
import { decodeNpy } from '#formats/npy.ts';
import { readNpz } from '#formats/npz.ts';
import { decodePfm } from '#formats/pfm.ts';
import { readTfRecords } from '#formats/tf-record.ts';
import { decodeWaymoFrame } from '#formats/waymo-frame.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { fixture } from './fixtures.ts';

const temporary = useTemporaryFolder();
const name = 'damaged.file';
const maxMs = 2000;
const maxGrowthBytes = 2 ** 28;

/** Bytes changed, most near the beginning, where headers are; four of them set to one value; the end cut off. */
function mutations(original: Uint8Array): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const place = fc.oneof(
    { weight: 3, arbitrary: fc.nat(Math.min(original.length, 600) - 1) },
    { weight: 1, arbitrary: fc.nat(original.length - 1) },
  );
  const flip = fc.tuple(place, fc.nat(255), fc.constantFrom(1, 1, 1, 4));
  const cut = fc.option(fc.nat(original.length), { nil: original.length, freq: 4 });
  return fc.tuple(fc.array(flip, { minLength: 1, maxLength: 5 }), cut).map(([flips, end]) => {
    const bytes = new Uint8Array(original);
    for (const [at, value, size] of flips) bytes.fill(value, at, at + size);
    return bytes.slice(0, end);
  });
}

/** Reads it, or throws an Error that names the file; in little time and memory either way. */
async function expectCare(read: () => unknown): Promise<void> {
  const before = process.memoryUsage();
  const start = performance.now();
  try {
    await read();
  } catch (error) {
    expect((error as Error).message).toContain(name);
    expect((error as Error).message).toContain(': ');
  }
  const after = process.memoryUsage();
  expect(performance.now() - start).toBeLessThan(maxMs);
  expect(after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed).toBeLessThan(maxGrowthBytes);
}

const decoders: readonly (readonly [file: string, decode: (bytes: Uint8Array) => unknown])[] = [
  ...['mixed-fortran', 'texts', 'pairs'].map(
    (file) => [`npy/${file}.npy`, (b: Uint8Array) => decodeNpy(b, name)] as const,
  ),
  ...['zip', 'rle-half', 'pxr24', 'rough-piz', 'ramp-piz', 'color'].map(
    (file) => [`exr/${file}.exr`, (b: Uint8Array) => decodeExr(b, name)] as const,
  ),
  ...['gzip', 'half', 'many-chunks', 'latest'].map(
    (file) => [`hdf5/${file}.h5`, (b: Uint8Array) => decodeHdf5(b, 'depth', name)] as const,
  ),
  ['hdf5/nested.h5', (b) => decodeHdf5(b, 'scene/images/depth', name)],
  ['hdf5/many-names.h5', (b) => decodeHdf5(b, 'name-20', name)],
  ['big.pfm', (b) => decodePfm(b, name)],
  ['flow.float3', (b) => decodeFloat3(b, name)],
  ['colmap/images.bin', (b) => decodeColmapImagesBin(b, name)],
  ['colmap/images.txt', (b) => decodeColmapImagesText(b, name)],
];

describe('formats: damaged files are read, or refused by name, in little time and memory', () => {
  it.each(decoders)('%s', async (file, decode) => {
    await fc.assert(
      fc.asyncProperty(mutations(fixture(file)), (bytes) => expectCare(() => decode(bytes))),
      { numRuns: 150 },
    );
  });

  it('a Waymo frame', async () => {
    const records = fixture('waymo.tfrecord');
    const frame = records.subarray(12, 12 + new DataView(records.buffer).getUint32(0, true));
    expect(decodeWaymoFrame(frame, name).cameras).toHaveLength(1);
    await fc.assert(
      fc.asyncProperty(mutations(frame), (bytes) => expectCare(() => decodeWaymoFrame(bytes, name))),
      { numRuns: 150 },
    );
  });

  it.each(['stored.npz', 'deflated.npz'])('%s', async (file) => {
    const read = async (bytes: Uint8Array) => {
      await writeFile(temporary(name), bytes);
      await expectCare(() => readNpz(temporary(name)));
    };
    await fc.assert(fc.asyncProperty(mutations(fixture(file)), read), { numRuns: 100 });
  });

  it('waymo.tfrecord', async () => {
    const read = async (bytes: Uint8Array) => {
      await writeFile(temporary(name), bytes);
      await expectCare(async () => {
        for await (const record of readTfRecords(temporary(name))) expect(record.length).toBeLessThan(bytes.length);
      });
    };
    await fc.assert(fc.asyncProperty(mutations(fixture('waymo.tfrecord')), read), { numRuns: 100 });
  });
});
