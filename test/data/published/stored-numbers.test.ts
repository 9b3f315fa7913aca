import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { readJson, readJsonNumbers, readNpzNumbers } from '#data/published/stored-numbers.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { fixturePath } from './fixture.ts';

const temporary = useTemporaryFolder();
const npz = fixturePath('co3d/apple/110_13051_23361/images/frame000001.npz');

async function json(text: string): Promise<string> {
  await writeFile(temporary('camera.json'), text);
  return temporary('camera.json');
}

describe('data/published/stored-numbers: readNpzNumbers', () => {
  it('reads the arrays that are asked for, a single number too', async () => {
    const { camera_intrinsics, maximum_depth } = await readNpzNumbers(npz, {
      camera_intrinsics: [3, 3],
      maximum_depth: [],
    });
    expect(camera_intrinsics[0]).toBe(61.5);
    expect(maximum_depth[0]).toBeGreaterThan(2);
  });

  it('names the file and the array that is missing or has another shape', async () => {
    await expect(readNpzNumbers(npz, { cam2world: [4, 4] })).rejects.toThrow(
      `${npz}: expected an array named cam2world, found camera_intrinsics, camera_pose, maximum_depth`,
    );
    await expect(readNpzNumbers(npz, { camera_pose: [3, 3] })).rejects.toThrow(
      `${npz}: camera_pose: expected the shape [3, 3], found [4, 4]`,
    );
  });
});

describe('data/published/stored-numbers: readJsonNumbers', () => {
  it('reads nested lists and single numbers, with NaN as Python writes it', async () => {
    const path = await json('{"R": [[1, 2], [3, NaN]], "t": [0.5, -Infinity], "f": 7, "other": "text"}');
    const numbers = await readJsonNumbers(path, { R: [2, 2], t: [2], f: [] });
    expect(numbers).toEqual({ R: [1, 2, 3, Number.NaN], t: [0.5, Number.NaN], f: [7] });
  });

  it('names the file and the list that is missing or of another shape', async () => {
    const path = await json('{"R": [[1, 2], [3]], "t": [1, "2"], "f": [7]}');
    const expected = async (shapes: Record<string, readonly number[]>, message: string) =>
      expect(readJsonNumbers(path, shapes)).rejects.toThrow(`${path}: expected ${message}, found something else`);
    await expected({ R: [2, 2] }, 'R to be a list of 2 × 2 numbers');
    await expected({ t: [2] }, 't to be a list of 2 numbers');
    await expected({ f: [] }, 'f to be a number');
    await expected({ none: [1] }, 'none to be a list of 1 numbers');
    await expect(readJsonNumbers(await json('null'), { f: [] })).rejects.toThrow('expected f to be a number');
  });
});

describe('data/published/stored-numbers: readJson', () => {
  it('names a file that is no JSON', async () => {
    await expect(readJson(await json('{"a": '))).rejects.toThrow(`${temporary('camera.json')}: no valid JSON (`);
    await expect(readJson(temporary('none.json'))).rejects.toThrow(`${temporary('none.json')}: no such file`);
  });
});
