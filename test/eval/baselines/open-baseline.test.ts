import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { openBaseline } from '#eval/baselines/open-baseline.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

describe('eval/baselines/open-baseline', () => {
  const inFolder = useTemporaryFolder();

  it('averages the pairs of a dataset expression, and saves the mean for the next time', async () => {
    const constantFrom =
      'Synthetic(split="train", size=2, scenes=1, width=40, height=30, kind="tabletop", resolution=(32, 24))';
    const constantTo = inFolder('mean.safetensors');
    const method = await openBaseline('constant', { constantFrom, constantPairs: 2, constantTo });
    expect(method.settings).toEqual({ source: constantFrom, pairs: 2, size: 64 });
    expect(existsSync(constantTo)).toBe(true);
    const again = await openBaseline('constant', { constantFrom: constantTo });
    expect(again.settings).toEqual(method.settings);
  });

  it('needs to know of what the constant is the mean', async () => {
    await expect(openBaseline('constant')).rejects.toThrow('constant: expected the training set whose mean it is');
  });
});
