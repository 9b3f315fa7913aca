import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { findSequences } from '#data/rgbd-layouts/find-sequences.ts';
import { selectSplit } from '#data/rgbd-layouts/split.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const path = useTemporaryFolder();

async function touch(...files: readonly string[]): Promise<void> {
  for (const file of files) {
    await mkdir(join(path(file), '..'), { recursive: true });
    await writeFile(path(file), '');
  }
}

beforeAll(async () => {
  await touch('own/scene-1/images/a.png', 'own/scene-1/poses.txt', 'own/scene-0/images/a.png', 'own/scene-0/poses.txt');
  await touch('seven/chess/seq-02/frame-000000.color.png', 'seven/chess/seq-01/frame-000000.color.png');
  await touch('tum/fr1_desk/rgb.txt', 'tum/fr1_desk/depth.txt', 'tum/fr1_desk/groundtruth.txt', 'none/a/readme.md');
});

const found = async (root: string, layout?: 'tum') =>
  (await findSequences(path(root), layout)).map((each) => [each.label, each.layout.name]);

describe('data/rgbd-layouts/find-sequences', () => {
  it('finds every layout, one or several sequences, sorted', async () => {
    expect(await found('own')).toEqual([
      ['scene-0', 'posed-rgbd'],
      ['scene-1', 'posed-rgbd'],
    ]);
    expect(await found('own/scene-1')).toEqual([['scene-1', 'posed-rgbd']]);
    expect(await found('seven')).toEqual([
      ['chess/seq-01', '7-scenes'],
      ['chess/seq-02', '7-scenes'],
    ]);
    expect(await found('.')).toHaveLength(5);
    expect(await found('.', 'tum')).toEqual([['tum/fr1_desk', 'tum']]);
  });

  it('says what it looked for where there is nothing', async () => {
    await expect(findSequences(path('none'))).rejects.toThrow(
      /none: no posed RGB-D frames there or up to 3 folders below; looked for images\/.*\(posed-rgbd\); or frame-.*\(7-scenes\); or rgb\.txt.*\(tum\)$/,
    );
    await expect(findSequences(path('absent'))).rejects.toThrow(/absent: no such folder$/);
    const rendered = path('datasets/synthetic/data/val');
    await expect(findSequences(rendered)).rejects.toThrow(
      `${rendered}: no such folder; make it with \`dust3r prepare synthetic --scenes 20 --split val --output ${rendered}\``,
    );
  });
});

describe('data/rgbd-layouts/split', () => {
  const split = async (root: string, name: string) =>
    (await selectSplit(path(root), await findSequences(path(root)), name)).map(({ label }) => label);

  it("follows 7-Scenes' lists", async () => {
    await writeFile(path('seven/chess/TrainSplit.txt'), 'sequence2\n');
    await writeFile(path('seven/chess/TestSplit.txt'), 'sequence1\nsequence3\n');
    expect(await split('seven', 'train')).toEqual(['chess/seq-02']);
    expect(await split('seven', 'test')).toEqual(['chess/seq-01']);
  });

  it('follows lists of our own, and needs them', async () => {
    await expect(split('own', 'val')).rejects.toThrow(/own\/val\.txt: no such file: split='val' needs this list/);
    await writeFile(path('own/val.txt'), 'scene-1\n');
    expect(await split('own', 'val')).toEqual(['scene-1']);
    await writeFile(path('own/val.txt'), 'scene-7\n');
    await expect(split('own', 'val')).rejects.toThrow(/no sequence belongs to the split 'val'; the folder has 2/);
  });
});
