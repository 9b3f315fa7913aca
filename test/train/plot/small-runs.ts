import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rampSample, reportSteps, startOf, stepsPerEpoch } from '#test/train/log/small-run.ts';
import { createRunLog } from '#train/log/run-log.ts';

/** A run in a folder that exists: so many epochs, with a test and a sample picture after each. */
export function writeRun(folder: string, epochs: number): void {
  const log = createRunLog(folder, 1);
  log(startOf());
  reportSteps(log, 0, epochs * stepsPerEpoch, [rampSample()]);
  if (epochs === 3) log({ type: 'end', reason: 'finished', step: 3 * stepsPerEpoch, best: {} });
}

/** A run that has begun and not logged anything. */
export function writeEmptyRun(folder: string): void {
  writeFileSync(join(folder, 'config.json'), '{}\n');
}
