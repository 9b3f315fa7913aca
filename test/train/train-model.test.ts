import { existsSync } from 'node:fs';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { loadModel } from '#infer/load-model.ts';
import { useBackend } from '#test/support/backend.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { microRun, numbersOf, type Outcome } from './micro-run.ts';

useBackend();
const temporary = useTemporaryFolder();
let whole: Outcome;
let tensorsLeft: number;
beforeAll(async () => {
  const before = tf.memory().numTensors;
  whole = await microRun({ outputDir: temporary('whole') });
  tensorsLeft = tf.memory().numTensors - before;
});

const weights = (folder: string, checkpoint: string) =>
  readFile(join(temporary(folder), `checkpoint-${checkpoint}/model.safetensors`));

describe('train/train-model: a whole run', () => {
  it('tells of every step, epoch, test set and checkpoint in order', () => {
    const types = whole.events.map(({ type }) => type).join(' ');
    const steps = 'step step step step epoch evaluation evaluation( checkpoint)+';
    expect(types).toMatch(new RegExp(`^start ${steps} ${steps} ${steps} end$`));
  });

  it('starts at learning rate 0, warms up and descends (spec 3.2)', () => {
    const rates = whole.steps.map(({ learningRate }) => learningRate);
    expect(rates.slice(0, 5)).toEqual([0, 0.25e-3, 0.5e-3, 0.75e-3, 1e-3]);
    expect(rates.at(-1)).toBeLessThan(1e-4);
  });

  it('evaluates each test set with averages, medians and samples', () => {
    const [first, second] = whole.events.filter((event) => event.type === 'evaluation');
    expect([first?.testSet, second?.testSet]).toEqual(['Micro', 'Micro (2)']);
    expect(first?.losses['loss']?.average).toBeGreaterThan(0);
    expect(first?.losses['loss']?.median).toBeGreaterThan(0);
    expect(first?.samples).toHaveLength(2);
    const view = first?.samples[1]?.view2;
    expect([view?.name, view?.points.length, view?.predictedPoints.length, view?.confidence?.length]).toEqual([
      'micro/1/1',
      48 * 32 * 3,
      48 * 32 * 3,
      48 * 32,
    ]);
  });

  it('keeps the best of the mean and of every set, every second epoch, the last and the final one', async () => {
    const names = (await readdir(temporary('whole'))).sort();
    expect(names).toEqual(
      ['2', 'best', 'best-micro', 'best-micro-2', 'final', 'last']
        .map((name) => `checkpoint-${name}`)
        .concat('config.json'),
    );
  });

  it('writes checkpoints that inference loads', async () => {
    const model = await loadModel(join(temporary('whole'), 'checkpoint-final'));
    expect(model.config.encoder.dim).toBe(8);
    model.dispose();
  });

  it('leaves no tensor behind', () => {
    expect(tensorsLeft).toBe(0);
  });

  it('does nothing more when it is started once more', async () => {
    const again = await microRun({ outputDir: temporary('whole') });
    expect(again.events.map(({ type }) => type)).toEqual(['start', 'end']);
    expect(again.events[0]).toMatchObject({ resumedFrom: { step: 12, epochs: 3 } });
  });
});

describe('train/train-model: a run that is stopped and goes on', () => {
  it.each([
    ['within an epoch', { step: 5 }],
    ['at the end of an epoch, before its tests', { step: 7 }],
  ])('%s, has bit for bit the losses and weights of one that is not', async (name, { step }) => {
    const outputDir = temporary(name);
    const first = await microRun({ outputDir }, (event) => event.type === 'step' && event.step === step);
    expect(first.events.at(-1)).toMatchObject({ type: 'end', reason: 'stopped', step: step + 1 });
    const second = await microRun({ outputDir });
    expect([...first.steps, ...second.steps].map(numbersOf)).toEqual(whole.steps.map(numbersOf));
    const afterwards = (outcome: Outcome) => outcome.events.filter(({ type }) => type === 'epoch' || type === 'end');
    expect(afterwards(second)).toEqual(afterwards(whole).slice(afterwards(first).length - 1));
    expect(await weights(name, 'final')).toEqual(await weights('whole', 'final'));
  });

  it('holds with accumulated gradients, a running mean of the weights, clipping and recomputed blocks', async () => {
    const settings = { accumIter: 2, ema: 0.9, clipGrad: 0.5, recompute: true };
    const uninterrupted = await microRun({ ...settings, outputDir: temporary('all') });
    const outputDir = temporary('all-stopped');
    const first = await microRun({ ...settings, outputDir }, (event) => event.type === 'step' && event.step === 2);
    const second = await microRun({ ...settings, outputDir });
    expect(uninterrupted.steps).toHaveLength(6);
    expect([...first.steps, ...second.steps].map(numbersOf)).toEqual(uninterrupted.steps.map(numbersOf));
    expect(await weights('all-stopped', 'final')).toEqual(await weights('all', 'final'));
  });

  it('ends after --max-steps, and goes on when it may take more', async () => {
    const outputDir = temporary('more');
    const first = await microRun({ outputDir, maxSteps: 5 });
    expect(first.events.at(-1)).toMatchObject({ reason: 'finished', step: 5 });
    expect(existsSync(join(outputDir, 'checkpoint-final'))).toBe(true);
    const second = await microRun({ outputDir });
    expect([...first.steps, ...second.steps].map(numbersOf)).toEqual(whole.steps.map(numbersOf));
  });
});

describe('train/train-model: fine-tuning', () => {
  it('starts from the weights of a run, and leaves a frozen encoder as it was', async () => {
    const pretrained = join(temporary('whole'), 'checkpoint-final');
    const { events } = await microRun({
      ...{ outputDir: temporary('tuned'), pretrained, freeze: 'encoder' as const },
      ...{ model: undefined, epochs: 1, testDataset: undefined },
    });
    expect(events.filter(({ type }) => type === 'warning')).toEqual([]);
    const [before, after] = await Promise.all(
      [pretrained, join(temporary('tuned'), 'checkpoint-final')].map((path) => loadModel(path, { forTraining: true })),
    );
    const same = (name: string) =>
      [...(before?.weights().get(name)?.dataSync() ?? [])].join() ===
      [...(after?.weights().get(name)?.dataSync() ?? [])].join();
    expect([same('enc_blocks.0.attn.qkv.weight'), same('dec_blocks.0.attn.qkv.weight')]).toEqual([true, false]);
    before?.dispose();
    after?.dispose();
  });
});

describe('train/train-model: a schedule that is cut off', () => {
  it('is warned of', async () => {
    const { events } = await microRun({ outputDir: temporary('cut'), epochs: 1, warmupEpochs: 2, maxSteps: 1 });
    expect(events.find(({ type }) => type === 'warning')).toMatchObject({
      message: 'the learning rate rises for 2 epochs and the run has 1: see --warmup-epochs',
    });
  });
});

describe('train/train-model: what goes wrong on the way', () => {
  it('stops at a loss that is not finite and leaves the last checkpoint as it was', async () => {
    const settings = { outputDir: temporary('diverged'), lr: 1e30, testDataset: undefined };
    await microRun({ ...settings, maxSteps: 1 });
    const before = await weights('diverged', 'last');
    await expect(microRun(settings)).rejects.toThrow(
      /expected a finite .* step 2, .*; the checkpoints in .* are as they were$/,
    );
    expect(await weights('diverged', 'last')).toEqual(before);
  });

  it('ends in one line when the disk is full, keeps the last checkpoint, and goes on when there is room', async () => {
    const settings = { outputDir: temporary('full'), testDataset: undefined };
    const first = await microRun({ ...settings, maxSteps: 4 });
    const before = await weights('full', 'last');
    const handle = await open(join(settings.outputDir, 'config.json'));
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const write = jest.spyOn(Object.getPrototypeOf(handle), 'write').mockRejectedValue(full as never);
    await handle.close();
    const message =
      /model\.safetensors: cannot be written: the disk is full; free some space or write elsewhere \(ENOSPC\)$/;
    await expect(microRun(settings)).rejects.toThrow(message);
    write.mockRestore();
    expect(await weights('full', 'last')).toEqual(before);
    expect((await readdir(settings.outputDir)).sort()).toEqual(['checkpoint-final', 'checkpoint-last', 'config.json']);
    const second = await microRun(settings);
    expect([...first.steps, ...second.steps].map(numbersOf)).toEqual(whole.steps.map(numbersOf));
  });

  it('goes on past a broken pair, and tells of it', async () => {
    const trainDataset = 'Micro(pairs=8, broken=5, resolution=(48, 32))';
    const { events } = await microRun({
      outputDir: temporary('broken'),
      trainDataset,
      testDataset: undefined,
      epochs: 1,
    });
    expect(events.filter(({ type }) => type === 'broken')).toEqual([
      { type: 'broken', message: expect.stringContaining('micro/5.png is no image'), pairs: 1 },
    ]);
    expect(events.at(-1)).toMatchObject({ reason: 'finished', step: 4 });
  });
});
