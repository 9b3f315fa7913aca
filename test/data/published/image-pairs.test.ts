import { mkdir, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { BrokenSampleError } from '#data/pair-dataset.ts';
import { openImagePairs } from '#data/published/image-pairs.ts';
import type { NpyArray } from '#formats/npy-array.ts';
import { encodeNpz } from '#formats/npy-write.ts';
import { createNumpyRandom } from '#tensor/random.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const temporary = useTemporaryFolder();
const path = () => temporary('data/pairs.npz');
beforeAll(() => mkdir(temporary('data')));

/** Two scenes, three images, and as many pairs, in a plain array as other lists have records. */
const sound: Readonly<Record<string, NpyArray>> = {
  scenes: { values: ['a', 'b'], shape: [2] },
  images: { values: ['1.jpg', '2', '3.5.png'], shape: [3] },
  pairs: { values: Float64Array.of(1, 0, 1, 0.5, 0, 1, 2, 0.5, 1, 2, 0, 0.5), shape: [3, 4] },
};

async function open(changes: Readonly<Record<string, NpyArray>> = {}) {
  await writeFile(path(), encodeNpz({ ...sound, ...changes }));
  return openImagePairs({
    ...{ dataset: 'Waymo', root: temporary('data'), file: 'pairs.npz', images: 'images' },
    folderOf: (scene) => {
      if (scene.length === 1) return `in/${scene}`;
      throw new Error(`expected a letter, found "${scene}"`);
    },
    isWanted: (scene) => scene === 'b',
  });
}

describe('data/published/image-pairs: openImagePairs', () => {
  it('keeps the pairs of the wanted scenes in their order, and names their files', async () => {
    const dataset = await open();
    expect(dataset.length).toBe(2);
    for (const [index, name] of ['1', '3.5'].entries()) {
      const pair = dataset.pair(index, createNumpyRandom(0));
      await expect(pair).rejects.toEqual(new BrokenSampleError(`${temporary(`data/in/b/${name}.npz`)}: no such file`));
    }
  });

  it.each([
    ['a scene', [2, 0, 0], 'row 0, column 0: expected a whole number from 0 to 1, found 2'],
    ['a first image', [1, 3, 0], 'row 0, column 1: expected a whole number from 0 to 2, found 3'],
    ['a second image', [1, 0, -1], 'row 0, column 2: expected a whole number from 0 to 2, found -1'],
  ])('refuses pairs of %s that is not there', async (_, row, message) => {
    const pairs = { values: Float64Array.from(row), shape: [1, 3] };
    await expect(open({ pairs })).rejects.toThrow(`Waymo: ${path()}: pairs: ${message}; see datasets/waymo/README.md`);
  });

  it('names the list whose scenes are another dataset’s', async () => {
    await expect(open({ scenes: { values: ['a', 'kitchen'], shape: [2] } })).rejects.toThrow(
      `Waymo: ${path()}: scenes: expected a letter, found "kitchen"`,
    );
  });
});
