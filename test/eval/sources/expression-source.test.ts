import { describe, expect, it } from '@jest/globals';
import { openExpressionSource } from '#eval/sources/expression-source.ts';

const rendered = 'Synthetic(split="val", size=4, scenes=1, width=80, height=60, kind="tabletop", resolution=(64, 48))';

describe('eval/sources/expression-source', () => {
  it('gives pairs as training would test on them, with their truth', async () => {
    const source = await openExpressionSource(rendered, { pairs: 2, seed: 1 });
    expect([source.pairCount, source.sceneCount, source.choice]).toEqual([2, 0, { pairs: 2, of: 4, seed: 1 }]);
    const { views, scene } = await source.pair(0);
    expect(scene).toBe('Synthetic/tabletop/0/0');
    expect(views[0].image).toMatchObject({ width: 64, height: 48 });
    expect(views[0].camera).toMatchObject({ width: 64, height: 48 });
    expect(views[1].depth?.some((z) => z > 0)).toBe(true);
    const again = await openExpressionSource(rendered, { pairs: 2, seed: 1 });
    expect((await again.pair(0)).views[1].image).toEqual(views[1].image);
  });

  it('points at what is wrong with an expression', async () => {
    await expect(openExpressionSource('Nothing(resolution=64)')).rejects.toThrow(
      /no dataset is called Nothing; known:/,
    );
    await expect(openExpressionSource('Synthetic(size=4, resolution=[64, 48])')).rejects.toThrow(
      'Synthetic: expected one resolution, got 2; evaluate one at a time',
    );
    await expect(openExpressionSource('PosedRgbd("/nowhere", resolution=64)')).rejects.toThrow(
      /nowhere: no such folder/,
    );
  });
});
