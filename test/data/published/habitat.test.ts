import { cp, readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { BrokenSampleError, type PairDataset } from '#data/pair-dataset.ts';
import { createNumpyRandom } from '#tensor/random.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { fixturePath, openPublished } from './fixture.ts';
import { expectTruePair, instancesOf } from './true-pair.ts';

const temporary = useTemporaryFolder();
const root = fixturePath('habitat');
const open = (size: string, split: string) => openPublished(`Habitat(${size}, split='${split}', ROOT='${root}')`);
const [table, street, forTests] = [
  'hm3d/train/00234-nACV8wLu1u5/00000012',
  'gibson/Denmark/00000003',
  'gibson/Mosquito/00000000',
] as const;

/** np.random.default_rng(seed).choice([1, 2, 3, 4]) */
const drawn = { 0: 4, 1: 2, 4: 3, 11: 1 } as const;
const seeds = Object.keys(drawn).map(Number) as (keyof typeof drawn)[];

/** Half a step of half floats, at depths below 4 and 32. */
const halfPrecision = { table: 2 ** -10, street: 2 ** -7 };

describe('data/published/habitat: habitatDataset', () => {
  it('pairs the first view with one of the four others, back to the points that were rendered', async () => {
    const dataset = await open('1_000_000', 'train');
    expect(dataset.length).toBe(2);
    // Seed 0 draws the fifth view.
    for (const [index, scene] of (['table', 'street'] as const).entries()) {
      await expectTruePair(dataset, index, { scene, frames: [0, 4], tolerance: halfPrecision[scene] });
    }
    for (const seed of seeds)
      expect(await instancesOf(dataset, 0, seed)).toEqual([`${table}_1`, `${table}_${drawn[seed] + 1}`]);
  });

  it('takes the next view for one whose pose is not finite, the first after the last', async () => {
    const train = await open('1_000_000', 'train');
    // The third view has none.
    expect(await instancesOf(train, 1, 1)).toEqual([`${street}_1`, `${street}_4`]);
    const val = await open('1_000', 'val');
    expect(val.length).toBe(1);
    // The first has none, nor has the last, after which comes the first.
    const expected = { 0: 2, 1: 3, 4: 4, 11: 2 };
    for (const seed of seeds)
      expect(await instancesOf(val, 0, seed)).toEqual([`${forTests}_2`, `${forTests}_${expected[seed]}`]);
  });

  it('chooses the list by size and split', async () => {
    await expect(open('1_000', 'train')).rejects.toThrow(`${root}/Habitat_1000_scenes_train.txt: no such file`);
    await expect(open('1_000', 'test')).rejects.toThrow("Habitat: split: expected 'train' or 'val', got 'test'");
    await expect(openPublished(`Habitat(split='train', ROOT='${root}')`)).rejects.toThrow(
      'Habitat: the argument size is missing (number of places: which of the lists)',
    );
  });

  describe('with damaged files', () => {
    let dataset: PairDataset;
    beforeAll(async () => {
      await cp(root, temporary('habitat'), { recursive: true });
      dataset = await openPublished(`Habitat(1_000, split='val', ROOT='${temporary('habitat')}')`);
    });
    const camera = (view: number) => temporary(`habitat/${forTests}_${view}_camera_params.json`);
    const pair = () => dataset.pair(0, createNumpyRandom(0)).catch((error: unknown) => error);

    it.each([
      ['no JSON', '{"camera_intrinsics": ', 'no valid JSON'],
      [
        'no camera',
        '{"camera_intrinsics": [[1, 0], [0, 1]]}',
        'expected camera_intrinsics to be a list of 3 × 3 numbers',
      ],
    ])('breaks the sample, naming the file, where there is %s', async (_, text, message) => {
      const whole = await readFile(camera(2));
      await writeFile(camera(2), text);
      const error = await pair();
      await writeFile(camera(2), whole);
      expect(error).toBeInstanceOf(BrokenSampleError);
      expect((error as Error).message).toContain(`${camera(2)}: `);
      expect((error as Error).message).toContain(message);
    });

    it('breaks the sample where no pose is finite', async () => {
      const lost = await readFile(camera(1));
      for (const view of [2, 3, 4]) await writeFile(camera(view), lost);
      expect(await pair()).toEqual(
        new BrokenSampleError(`${temporary(`habitat/${forTests}`)}: none of its 5 views has a finite pose`),
      );
    });
  });
});
