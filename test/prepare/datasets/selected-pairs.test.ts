import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { encodeNpz } from '#formats/npy-write.ts';
import type { Camera } from '#geometry/camera.ts';
import { identityTransform } from '#geometry/rigid.ts';
import { sceneFacts } from '#prepare/datasets/scene-metadata.ts';
import { readSelectedPairs, scenesWithPairs } from '#prepare/datasets/selected-pairs.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const place = useTemporaryFolder();

async function write(name: string, images: readonly string[], pairs: readonly (readonly number[])[]) {
  await mkdir(place(name), { recursive: true });
  const contents = encodeNpz({
    selection: { values: images, shape: [images.length] },
    pairs: { values: Float64Array.from(pairs.flat()), shape: [pairs.length, pairs[0]?.length ?? 0] },
  });
  await writeFile(place(`${name}/selected_pairs.npz`), contents);
  return place(name);
}

describe('prepare/datasets/selected-pairs', () => {
  it('reads names without endings, and pairs with whatever is said of them', async () => {
    const folder = await write('good', ['a_1.5.png', 'DSC7.JPG'], [[0, 1, 0.25]]);
    expect(await readSelectedPairs(folder)).toEqual({
      ...{ images: ['a_1.5', 'DSC7'], columns: 3 },
      pairs: Float64Array.of(0, 1, 0.25),
    });
  });

  it('finds the folders that have any', async () => {
    await write('many/b', ['x', 'y'], [[0, 1]]);
    await write('many/a', ['x', 'y'], [[0, 1]]);
    await mkdir(place('many/empty'));
    expect(await scenesWithPairs(place('many'))).toEqual(['a', 'b']);
    expect(await scenesWithPairs(place('nowhere'))).toEqual([]);
  });

  it('refuses images that are not there, single columns, and names that lead elsewhere', async () => {
    const path = (name: string) => `${place(name)}/selected_pairs.npz`;
    await expect(readSelectedPairs(await write('far', ['x', 'y'], [[0, 2]]))).rejects.toThrow(
      `${path('far')}: pairs: expected positions from 0 to 1 in selection, found 2`,
    );
    await expect(readSelectedPairs(await write('thin', ['x'], [[0]]))).rejects.toThrow('two columns or more, found 1');
    await expect(readSelectedPairs(await write('evil', ['../../x', 'y'], [[0, 1]]))).rejects.toThrow(
      `${path('evil')}: selection: expected names of files, found "../../x"`,
    );
  });
});

describe('prepare/datasets/scene-metadata: sceneFacts', () => {
  const camera: Camera = { width: 4, height: 4, focalPx: [1, 1], principalPx: [2, 2], camToWorld: identityTransform() };
  const selected = { images: ['a', 'b', 'c'], pairs: [0, 1, 0.5, 0, 2, 0.75, 1, 2, 0.25], columns: 3 };

  it('numbers anew what was prepared', () => {
    const facts = sceneFacts(selected, [undefined, { name: 'b', camera }, { name: 'c', camera }]);
    expect(facts).toMatchObject({ images: ['b', 'c'], pairs: [0, 1, 0.25], columns: 3 });
  });

  it('refuses a scene of which no pair is left', () => {
    expect(() => sceneFacts(selected, [undefined, { name: 'b', camera }, undefined])).toThrow(
      'no pair is left: 1 of 3 images could be prepared',
    );
  });
});
