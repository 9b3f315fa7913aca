import { cp, rename, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { fixturePath, openPublished } from './fixture.ts';
import { expectTruePair, instancesOf, numberPairs } from './true-pair.ts';

const temporary = useTemporaryFolder();
const open = (split: string, root = fixturePath('megadepth')) =>
  openPublished(`MegaDepth(split='${split}', ROOT='${root}')`);

describe('data/published/mega-depth: megaDepthDataset', () => {
  it('reads the listed pairs of all scenes but two, back to the points that were rendered', async () => {
    const dataset = await open('train');
    expect(dataset.length).toBe(6);
    for (const [label, scene, first] of [
      ['0001/0', 'table', 0],
      ['0017/2', 'street', 3],
    ] as const) {
      for (const [place, frames] of numberPairs(3).entries()) {
        const views = await expectTruePair(dataset, first + place, { scene, frames });
        expect(views.map((view) => view.label)).toEqual([label, label]);
      }
    }
    expect(await instancesOf(dataset, 1)).toEqual(['0001/0/1007_ab0_o', '0001/0/1193_ab2_o']);
  });

  it('keeps the scenes 0015 and 0022 for tests', async () => {
    const dataset = await open('val');
    expect(dataset.length).toBe(2);
    const [views] = [await expectTruePair(dataset, 0, { scene: 'street', frames: [4, 5] })];
    expect(views[0].label).toBe('0015/1');
    const [other] = await expectTruePair(dataset, 1, { scene: 'table', frames: [6, 7] });
    expect(other.label).toBe('0022/0');
  });

  describe('with the list as it is downloaded', () => {
    beforeAll(async () => {
      await cp(fixturePath('megadepth'), temporary('megadepth'), { recursive: true });
      await rename(temporary('megadepth/all_metadata.npz'), temporary('megadepth/megadepth_pairs.npz'));
    });

    it('reads it under that name', async () => {
      expect((await open('train', temporary('megadepth'))).length).toBe(6);
    });

    it('reads the other one where there are both', async () => {
      await writeFile(temporary('megadepth/all_metadata.npz'), 'damaged');
      await expect(open('train', temporary('megadepth'))).rejects.toThrow('all_metadata.npz: ');
    });
  });
});
