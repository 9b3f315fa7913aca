import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { useBackend } from '#test/support/backend.ts';
import { mountSmallDisk } from '#test/support/small-disk.ts';
import type { TrainListener } from '#train/events.ts';
import { createJsonLog } from '#train/log/json-log.ts';
import { createSamplePictures } from '#train/log/sample-pictures.ts';
import { createTensorBoardLog } from '#train/log/tensorboard-log.ts';
import { trainModel } from '#train/train-model.ts';
import { rampSample, reportSteps, startOf } from './log/small-run.ts';
import { microSettings } from './micro-run.ts';

useBackend();
const disk = mountSmallDisk(1024);
afterAll(() => disk?.unmount());
const onDisk = disk ? it : it.skip; // needs the right to mount
const place = (name: string) => join(disk?.path ?? '', name);

const failureOf = (work: () => unknown) =>
  Promise.resolve()
    .then(work)
    .then(
      () => 'none',
      (error: Error) => error.message,
    );

describe('train, on a disk that is full', () => {
  onDisk(
    'ends with the name of the checkpoint file, keeps the last checkpoint, and goes on when there is room',
    async () => {
      const settings = { ...microSettings, outputDir: place('run'), testDataset: undefined, keepFreq: 0 };
      await trainModel({ ...settings, maxSteps: 4 });
      const weights = () => readFileSync(place('run/checkpoint-last/model.safetensors'));
      const before = weights();
      const free = disk?.fill(8192);
      expect(await failureOf(() => trainModel(settings))).toMatch(
        /^\S+\/run\/checkpoint-last\.tmp\/\w+\.safetensors: cannot be written: the disk is full; free some space or write elsewhere \(ENOSPC\)$/,
      );
      expect(weights().equals(before)).toBe(true);
      expect(readdirSync(place('run')).toSorted()).toEqual(['checkpoint-final', 'checkpoint-last', 'config.json']);
      free?.();
      expect(await trainModel(settings)).toMatchObject({ reason: 'finished', step: 12 });
    },
  );

  onDisk.each<[string, RegExp, (folder: string) => TrainListener]>([
    ['the log', /\/log\.jsonl: cannot/, (folder) => createJsonLog({ path: join(folder, 'log.jsonl'), every: 1 })],
    ['event files', /\/events\.out\.tfevents\.\S+: cannot/, (folder) => createTensorBoardLog({ folder, every: 1 })],
    ['pictures', /\/epoch-0001-\S+\.png: cannot/, (folder) => createSamplePictures(folder)],
  ])('names the file of %s', async (name, message, create) => {
    const folder = place(`logs of ${name}`);
    mkdirSync(folder);
    const free = disk?.fill(0);
    const log = create(folder);
    const failure = await failureOf(() => {
      log(startOf());
      reportSteps(log, 0, 4, [rampSample()]);
    });
    expect(failure).toMatch(message);
    expect(failure).toMatch(/: cannot be written: the disk is full; free some space or write elsewhere \(ENOSPC\)$/);
    free?.();
  });
});
