import { describe, expect, it } from '@jest/globals';
import { baseLearningRate, completeConfig, expectSameRun, type TrainSettings } from '#train/config.ts';

const least: TrainSettings = { model: 'tiny', trainDataset: 'A(resolution=32)' };

describe('train/config: completeConfig', () => {
  it("fills in the original's defaults (spec 3.1)", () => {
    expect(completeConfig(least)).toMatchObject({
      ...{ seed: 0, batchSize: 64, accumIter: 1, epochs: 800, weightDecay: 0.05, blr: 1.5e-4, minLr: 0 },
      ...{ warmupEpochs: 40, amp: false, evalFreq: 1, saveFreq: 1, keepFreq: 20, printFreq: 20 },
      trainCriterion: "ConfLoss(Regr3D(L21, norm_mode='avg_dis'), alpha=0.2)",
    });
  });

  it('leaves out what is not given and has no default', () => {
    expect(Object.keys(completeConfig({ ...least, lr: undefined }))).not.toContain('lr');
  });

  it.each([
    [{ batchSize: 0 }, '--batch-size: expected a whole number from 1, got 0'],
    [{ ema: 1 }, '--ema: expected a number from 0 to below 1, got 1'],
    [{ lr: Number.NaN }, '--lr: expected a number from 0, got null'],
    [{ outputDir: ' ' }, '--output-dir: expected a text, got " "'],
    [{ amp: 'yes' }, '--amp: expected true or false, got "yes"'],
    [{ freeze: 'decoder' }, '--freeze: expected one of none, mask, encoder, got "decoder"'],
    [{ epoch: 3 }, 'training has no setting "epoch"; it has model, pretrained, '],
  ])('refuses %j', (wrong, message) => {
    expect(() => completeConfig({ ...least, ...(wrong as TrainSettings) })).toThrow(message);
  });
});

describe('train/config: baseLearningRate', () => {
  it('is lr, or blr for every 256 pairs of an update', () => {
    expect(baseLearningRate(completeConfig({ ...least, lr: 3e-4 }))).toBe(3e-4);
    expect(baseLearningRate(completeConfig({ ...least, blr: 1e-3, batchSize: 32, accumIter: 4 }))).toBe(0.5e-3);
  });
});

describe('train/config: expectSameRun', () => {
  const config = completeConfig(least);

  it('lets through what changes nothing that is learned', () => {
    const other = completeConfig({
      ...least,
      numWorkers: 3,
      printFreq: 1,
      saveMinutes: 0,
      maxSteps: 9,
      recompute: true,
    });
    expect(() => expectSameRun(config, other, 'run')).not.toThrow();
  });

  it('names every other difference, and the way out', () => {
    const other = completeConfig({ ...least, lr: 1e-3, seed: 5 });
    expect(() => expectSameRun(config, other, 'run')).toThrow(
      'run holds a run with other settings: --seed (0 there, 5 here), --lr (not given there, 0.001 here); go on with its ' +
        'own, or take another --output-dir and --pretrained run/checkpoint-last',
    );
  });
});
