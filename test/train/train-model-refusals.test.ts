import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { useBackend } from '#test/support/backend.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { microRun, microSettings } from './micro-run.ts';

useBackend();
const temporary = useTemporaryFolder();
beforeAll(() => microRun({ outputDir: temporary('run'), epochs: 1, testDataset: undefined }));

describe('train/train-model: what cannot be', () => {
  it.each([
    ['an unknown setting', { learningRate: 1 }, /no setting "learningRate"; it has model, /],
    ['a setting of the wrong kind', { epochs: 1.5 }, /^--epochs: expected a whole number from 1, got 1.5$/],
    ['no network', { model: undefined }, /^--model: expected a preset .* got neither$/],
    ['an unknown preset', { model: 'huge' }, /^--model: expected one of .*tiny.*, got "huge"$/],
    ['an unknown argument of the network', { model: 'AsymmetricCroCo3DStereo(depth=3)' }, /depth: expected one of/],
    ['no training data', { trainDataset: undefined }, /^--train-dataset: expected what to train on/],
    ['an unknown dataset', { trainDataset: 'Nano(resolution=32)' }, /^--train-dataset: .*Nano.*column 1, near/],
    [
      'an unknown argument of a dataset',
      { trainDataset: 'Micro(resolution=32, x=1)' },
      /^--train-dataset: .*x.*column/,
    ],
    ['an unknown test set', { testDataset: 'Micro(resolution=32) + Nano(resolution=32)' }, /^--test-dataset: .*Nano/],
    ['a missing test criterion', { testCriterion: undefined }, /^--test-criterion: expected one, .*Regr3D_ScaleShift/],
    ['an unknown loss', { trainCriterion: 'L1' }, /^--train-criterion: .*column 1/],
    ['an epoch shorter than an update', { accumIter: 9 }, /^--accum-iter: .* 4 batches, fewer than one update of 9$/],
    [
      'a resolution that the patches do not fill',
      { trainDataset: 'Micro(resolution=[32, (50, 32)])' },
      /^--train-dataset: Micro: expected a resolution in multiples of .* patch size 16, as \(48, 32\), got \(50, 32\)$/,
    ],
    [
      'a test set of such a resolution',
      { testDataset: 'Micro(resolution=32) + 2 @ Micro(resolution=40)' },
      /^--test-dataset: Micro: .* as \(48, 48\), got \(40, 40\)$/,
    ],
    ['a module that is not there', { datasetModule: 'no.ts' }, /^--dataset-module: .*no\.ts: there is no such file$/],
    ['a checkpoint that is not there', { pretrained: 'nowhere.pth' }, /nowhere\.pth: there is no such file/],
  ])('refuses %s in one line and writes nothing', async (name, settings, message) => {
    const outputDir = temporary(name);
    const before = tf.memory().numTensors;
    await expect(microRun({ ...(settings as object), outputDir })).rejects.toThrow(message);
    expect(existsSync(outputDir)).toBe(false);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses a checkpoint of another architecture in one line', async () => {
    const pretrained = join(temporary('run'), 'checkpoint-final');
    const model = microSettings.model?.replace('enc_embed_dim=8', 'enc_embed_dim=16') as string;
    const outputDir = temporary('other');
    await expect(microRun({ outputDir, pretrained, model })).rejects.toThrow(
      /model\.safetensors holds another network: \d+ of \d+ tensors differ \(\d+ of another shape\), first .*; it fits none/,
    );
    expect(existsSync(outputDir)).toBe(false);
  });

  it('looks at the resolutions when only a checkpoint says what the patch size is, too', async () => {
    const pretrained = join(temporary('run'), 'checkpoint-final');
    const settings = { outputDir: temporary('by-checkpoint'), pretrained, model: undefined };
    await expect(microRun({ ...settings, trainDataset: 'Micro(resolution=40)' })).rejects.toThrow(/got \(40, 40\)$/);
    expect(existsSync(settings.outputDir)).toBe(false);
  });

  it('refuses a folder of something else, names what is in it, and touches nothing', async () => {
    const outputDir = temporary('project');
    await mkdir(join(outputDir, 'src'), { recursive: true });
    for (const name of ['config.json', 'a.txt', 'b.txt', 'c.txt']) await writeFile(join(outputDir, name), 'mine');
    await expect(microRun({ outputDir })).rejects.toThrow(
      `--output-dir ${outputDir}: expected an empty folder or one of a run, found a.txt, b.txt, c.txt and 1 more; name another, or one inside it`,
    );
    expect((await readdir(outputDir)).length).toBe(5);
    expect(await readFile(join(outputDir, 'config.json'), 'utf8')).toBe('mine');
  });

  it('takes a folder with hidden files, one of a run that was killed at its start, and a run with notes in it', async () => {
    const settings = { maxSteps: 1, epochs: 1, testDataset: undefined };
    for (const names of [['.gitkeep'], ['config.json', 'lock.1234.tmp'], ['config.json', 'log.jsonl', 'notes.txt']]) {
      const outputDir = temporary(`with ${names.join()}`);
      await mkdir(outputDir);
      for (const name of names) await writeFile(join(outputDir, name), '');
      expect((await microRun({ ...settings, outputDir })).steps).toHaveLength(1);
      await writeFile(join(outputDir, 'notes.txt'), '');
      expect((await microRun({ ...settings, maxSteps: 2, outputDir })).steps).toHaveLength(1);
    }
  });

  it('refuses to go on with another network or another schedule, and names both', async () => {
    const outputDir = temporary('run');
    await expect(microRun({ outputDir, model: 'tiny', epochs: 9, testDataset: undefined })).rejects.toThrow(
      /other settings: --model \(Asym.* there, tiny here\), --epochs \(1 there, 9 here\); .*--pretrained/,
    );
  });

  it('refuses a second run in the folder while the first is at work', async () => {
    const outputDir = temporary('twice');
    let second: Promise<unknown> | undefined;
    await microRun({ outputDir, epochs: 1, testDataset: undefined }, ({ type }) => {
      if (type === 'start') second = microRun({ outputDir, epochs: 1 }).catch((error: Error) => error.message);
      return false;
    });
    expect(await second).toMatch(new RegExp(`: process ${process.pid} is training in it; name another --output-dir$`));
  });
});
