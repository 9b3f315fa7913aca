import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openPosedRgbd } from '#data/posed-rgbd-pairs.ts';
import { createNumpyRandom } from '#tensor/random.ts';
import { writePosedRgbd, writeSevenScenes, writeTum } from '#test/data/rgbd-folder.ts';
import { roomWalk } from '#test/data/room.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const path = useTemporaryFolder();
const walk = roomWalk(4, 30);
const intrinsics = { focalPx: [40, 40], principalPx: [31.5, 23.5] } as const;

beforeAll(async () => {
  await writePosedRgbd(path('own'), walk);
  await writeFile(path('own/scene.json'), '{"pairs": [{"i": 0, "j": 1, "overlap": 0.7}, {"i": 1, "j": 2}]}');
  await writeSevenScenes(path('seven'), walk);
  await writeTum(path('tum'), walk);
});

/** Opens the folder and reads its first pair: 'read', or the message. */
async function outcome(root: string): Promise<string> {
  const options = { root, overlap: [0, 1], maxBroken: 1, cache: path('cache') } as const;
  try {
    const dataset = await openPosedRgbd(root.endsWith('own') ? options : { ...options, intrinsics });
    await dataset.pair(0, createNumpyRandom(0));
    return 'read';
  } catch (error) {
    return (error as Error).message;
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

describe('data/posed-rgbd: files with changed bytes', () => {
  it.each(['own', 'seven', 'tum'])('end in pairs or in one line, and quickly: %s', async (folder) => {
    const files = await filesIn(path(folder));
    const changes = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        changes,
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (file, bytes, kept) => {
          const original = await readFile(file);
          const changed = Uint8Array.from(
            original.subarray(0, kept < 0.3 ? Math.floor(original.length * kept * 3) : undefined),
          );
          for (const [at, value] of bytes)
            if (changed.length > 0) changed[Math.floor(at * (changed.length - 1))] = value;
          await writeFile(file, changed);
          const startedAt = performance.now();
          const message = await outcome(path(folder));
          await writeFile(file, original);
          expect(message).toMatch(/^(read|\S.*)$/);
          expect(message).not.toMatch(/undefined|TypeError|is not a function|Cannot read/);
          expect(performance.now() - startedAt).toBeLessThan(5000);
        },
      ),
      { numRuns: 40 },
    );
  });
});
