import { describe, expect, it } from '@jest/globals';
import { fixturePath, openPublished } from './fixture.ts';
import { expectTruePair, instancesOf, numberPairs } from './true-pair.ts';

const open = (split: string) => openPublished(`BlendedMVS(split='${split}', ROOT='${fixturePath('blendedmvs')}')`);
const [table, street, forTests] = [
  '5a0271884e62597cdee0d0eb',
  '5bfc9d5aec61ca1dd69132a3',
  '00000b5d00000000000003e8',
] as const;

describe('data/published/blended-mvs: blendedMvsDataset', () => {
  it('reads the listed pairs of the sequences whose number ends with no 0, back to the points that were rendered', async () => {
    const dataset = await open('train');
    expect(dataset.length).toBe(6 + 3);
    const listed = [
      ...numberPairs(4).map((frames) => [table, 'table', frames] as const),
      ...numberPairs(3).map((frames) => [street, 'street', frames] as const),
    ];
    for (const [index, [label, scene, frames]] of listed.entries()) {
      const views = await expectTruePair(dataset, index, { scene, frames });
      for (const [v, view] of views.entries()) {
        expect(view.label).toBe(label);
        expect(view.instance).toBe(`${label}/0000000${3 * (frames[v] as number)}`);
      }
    }
  });

  it('keeps the others for tests', async () => {
    const dataset = await open('val');
    expect(dataset.length).toBe(3);
    await expectTruePair(dataset, 2, { scene: 'street', frames: [5, 6] });
    expect(await instancesOf(dataset, 0)).toEqual([`${forTests}/00000000`, `${forTests}/00000003`]);
  });

  it('knows no other split', async () => {
    await expect(open('test')).rejects.toThrow("BlendedMVS: split: expected 'train' or 'val', got 'test'");
  });
});
