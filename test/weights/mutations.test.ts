import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { createNumpyRandom, type NumpyRandom } from '#tensor/random.ts';
import type { TensorArchive } from '#weights/archive.ts';
import { openSafetensors } from '#weights/safetensors.ts';
import { openTorch } from '#weights/torch-archive.ts';
import { useTemporaryFolder } from './temporary-folder.ts';
import { fixture } from './torch-fixtures.ts';

const temporary = useTemporaryFolder();
const copies = 200;
const maxMs = 2_000;
const maxGrowthBytes = 2 ** 30;

type Mutation = (bytes: Buffer, random: NumpyRandom) => Buffer;

function flipBits(bytes: Buffer, random: NumpyRandom): Buffer {
  for (let i = random.integers(1, 9); i > 0; i--) {
    const at = random.integers(0, bytes.length);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.integers(0, 8)), at);
  }
  return bytes;
}

function truncate(bytes: Buffer, random: NumpyRandom): Buffer {
  return bytes.subarray(0, random.integers(0, bytes.length));
}

/** Overwrites four or eight bytes with a number that is far too large or negative. */
function forgeLength(bytes: Buffer, random: NumpyRandom): Buffer {
  const size = random.choice([4, 8]);
  const at = random.integers(0, bytes.length - size);
  return bytes.fill(random.choice([0xff, 0x7f, 0x80, 0x10]), at, at + size);
}

const mutations: readonly Mutation[] = [flipBits, truncate, forgeLength];

async function outcomeOf(path: string, open: (path: string) => Promise<TensorArchive>): Promise<'read' | 'refused'> {
  let archive: TensorArchive | undefined;
  try {
    archive = await open(path);
    for (const [name, { shape }] of archive.tensors) {
      const count = shape.reduce((product, size) => product * size, 1);
      expect(await archive.readFloat32(name)).toHaveLength(count);
    }
    return 'read';
  } catch (error) {
    expect((error as Error).message.slice(0, path.length)).toBe(path);
    return 'refused';
  } finally {
    await archive?.close();
  }
}

describe('weights: damaged files', () => {
  it.each([
    ['zip.pth', openTorch],
    ['legacy.pth', openTorch],
    ['views.pth', openTorch],
    ['floats.safetensors', openSafetensors],
  ] as const)('gives an error or tensors of the right size for 200 damaged copies of %s', async (name, open) => {
    const random = createNumpyRandom(7);
    const original = await readFile(fixture(name));
    const before = process.memoryUsage().rss;
    const outcomes = new Set<string>();
    for (let i = 0; i < copies; i++) {
      const mutate = mutations[i % mutations.length] as Mutation;
      await writeFile(temporary(name), mutate(Buffer.from(original), random));
      const started = performance.now();
      outcomes.add(await outcomeOf(temporary(name), open));
      expect(performance.now() - started).toBeLessThan(maxMs);
    }
    expect([...outcomes].sort()).toEqual(['read', 'refused']);
    expect(process.memoryUsage().rss - before).toBeLessThan(maxGrowthBytes);
  });
});
