import { describe, expect, it } from '@jest/globals';
import { modelPresets } from '#model/config.ts';
import { parseExpression } from '#notation/python-call.ts';
import { baseLearningRate, completeConfig } from '#train/config.ts';
import { modelConfig } from '#train/initial-model.ts';
import { parseCriterion } from '#train/losses/notation.ts';
import { recipes } from '#train/recipes/recipes.ts';

describe('train/recipes', () => {
  it.each(Object.entries(recipes))('%s is complete, and everything in it can be read', (_, recipe) => {
    const config = completeConfig(recipe);
    for (const text of [config.trainDataset, config.testDataset as string]) expect(parseExpression(text)).toBeDefined();
    for (const text of [config.trainCriterion, config.testCriterion as string])
      expect(parseCriterion(text)).toBeDefined();
    expect(modelConfig(config.model as string).landscapeOnly).toBe(true);
    expect(config.pretrained === undefined || config.model !== undefined).toBe(true);
  });

  it.each([
    ['dust3r-224-linear', '224-linear', [128, 10, 100]],
    ['dust3r-512-linear', '512-linear', [64, 20, 100]],
    ['dust3r-512-dpt', '512-dpt', [64, 15, 90]],
  ] as const)(
    '%s trains the published network on the published number of pairs (spec 3.7)',
    (name, preset, expected) => {
      const config = completeConfig(recipes[name]);
      expect(modelConfig(config.model as string)).toEqual(modelPresets[preset]);
      expect([config.batchSize * config.accumIter, config.warmupEpochs, config.epochs]).toEqual(expected);
      expect(baseLearningRate(config)).toBe(1e-4);
    },
  );
});
