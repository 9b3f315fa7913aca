import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { createRunLog } from '#train/log/run-log.ts';
import { rampSample, reportSteps, startOf } from './small-run.ts';

describe('train/log/run-log', () => {
  const inFolder = useTemporaryFolder();

  it('writes all of its files into the folder of the run', () => {
    const log = createRunLog(inFolder(''), 1);
    log(startOf());
    reportSteps(log, 0, 4, [rampSample()]);
    expect(readdirSync(inFolder('')).toSorted()).toEqual(['log.jsonl', 'samples', 'tensorboard']);
  });

  it('refuses to log every zeroth step', () => {
    expect(() => createRunLog(inFolder(''), 0)).toThrow('whole number of steps from 1 between logged ones, got 0');
  });
});
