import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { loadRecipe } from '#cli/recipe-file.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { recipes } from '#train/recipes/recipes.ts';

const temporary = useTemporaryFolder();

describe('cli/recipe-file: loadRecipe', () => {
  it('knows our recipes by name', async () => {
    expect(await loadRecipe('tiny-synthetic')).toBe(recipes['tiny-synthetic']);
  });

  it("reads JSON, such as a run's config.json", async () => {
    await writeFile(temporary('config.json'), '{ "model": "tiny", "epochs": 3 }');
    expect(await loadRecipe(temporary('config.json'))).toEqual({ model: 'tiny', epochs: 3 });
  });

  it('takes settings written as the flags are', async () => {
    await writeFile(temporary('flags.json'), '{ "batch_size": 2, "train-dataset": "A()" }');
    expect(await loadRecipe(temporary('flags.json'))).toEqual({ batchSize: 2, trainDataset: 'A()' });
  });

  it.each([
    [
      'other.json',
      '{ "batches": 2 }',
      /--config .*other\.json: training has no setting "batches"; dust3r train --help/,
    ],
    ['nowhere.ts', undefined, /^--config: expected a file or one of tiny-synthetic, .*, got ".*nowhere.ts"$/],
    ['list.json', '[1]', /list\.json: expected an object of settings$/],
    ['broken.json', '{', /broken\.json: .*JSON/],
  ])('refuses %s', async (name, content, message) => {
    if (content !== undefined) await writeFile(temporary(name), content);
    await expect(loadRecipe(temporary(name))).rejects.toThrow(message);
  });
});
