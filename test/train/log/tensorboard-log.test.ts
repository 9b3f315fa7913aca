import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { encodeFileVersion } from '#export/tfevents.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { createTensorBoardLog } from '#train/log/tensorboard-log.ts';
import { rampSample, reportSteps, startOf } from './small-run.ts';

/** What the records of a file hold; a reader of event files in small, checked against TensorBoard's in tfevents.test. */
function recordsOf(path: string): Buffer[] {
  const file = readFileSync(path);
  const records: Buffer[] = [];
  for (let place = 0; place < file.length; ) {
    const length = Number(file.readBigUInt64LE(place));
    records.push(file.subarray(place + 12, place + 12 + length));
    place += length + 16;
  }
  return records;
}

/** The step: field 2, after the nine bytes of the wall time. */
function stepOf(record: Buffer): number {
  let [value, factor] = [0, 1];
  for (let place = 10; ; place++, factor *= 128) {
    const byte = record[place] ?? 0;
    value += (byte & 127) * factor;
    if (byte < 128) return value;
  }
}

describe('train/log/tensorboard-log', () => {
  const inFolder = useTemporaryFolder();

  it('places steps at thousandths of epochs begun and tests at those of epochs done, under the names of the original', () => {
    const log = createTensorBoardLog({ folder: inFolder('a'), every: 2 });
    log(startOf());
    reportSteps(log, 0, 4, [rampSample()]);
    const [file = ''] = readdirSync(inFolder('a'));
    const [version, start, ...events] = recordsOf(join(inFolder('a'), file));
    expect(version?.subarray(9)).toEqual(Buffer.from(encodeFileVersion(0).subarray(21, -4)));
    expect(start && stepOf(start)).toBe(0);
    expect(events.map(stepOf)).toEqual([0, 500, 1000]);
    for (const tag of ['train_loss', 'train_lr', 'train_iter', 'train_conf_loss_1', 'train_grad_norm'])
      expect(events[0]?.includes(tag)).toBe(true);
    for (const tag of ['10 @ Rooms_loss_avg', '10 @ Rooms_loss_med', '10 @ Rooms_sample'])
      expect(events[2]?.includes(tag)).toBe(true);
  });

  it('goes on in a new file, which voids what will be told again and keeps the last test', () => {
    const first = createTensorBoardLog({ folder: inFolder('b'), every: 1 });
    first(startOf());
    reportSteps(first, 0, 6);
    createTensorBoardLog({ folder: inFolder('b'), every: 1 })(startOf({ step: 4, epochs: 1 }));
    createTensorBoardLog({ folder: inFolder('b'), every: 1 })(startOf({ step: 6, epochs: 1 }));
    const [, second = '', third = ''] = readdirSync(inFolder('b')).toSorted();
    expect(
      recordsOf(join(inFolder('b'), second))
        .slice(1)
        .map(stepOf),
    ).toEqual([1001]);
    expect(
      recordsOf(join(inFolder('b'), third))
        .slice(1)
        .map(stepOf),
    ).toEqual([1500]);
  });
});
