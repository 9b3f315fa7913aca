import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { readRun } from '#train/plot/read-run.ts';
import { writeEmptyRun, writeRun } from './small-runs.ts';

describe('train/plot/read-run', () => {
  const inFolder = useTemporaryFolder();
  let count = 0;
  let folder = '';
  beforeEach(() => {
    folder = inFolder(`run-${count++}`);
    mkdirSync(folder);
  });

  it('reads the curves of steps and of test sets', () => {
    writeRun(folder, 3);
    const { state, notes, steps, tests } = readRun(folder);
    expect([state, notes]).toEqual(['step 12 of 12, epoch 2.75: finished', []]);
    expect([steps.step[5], steps.epoch[5]]).toEqual([5, 1.25]);
    expect(Object.entries(steps.values).map(([name, values]) => [name, values[4]])).toEqual([
      ['loss', 0.2],
      ['lr', 1e-4],
      ['grad_norm', 2],
      ['pairs_per_second', 3.5],
      ['waited_share', 0.25],
      ['details/conf_loss_1', -4],
      ['details/Regr3D_pts3d_1', 0.5],
    ]);
    expect(tests).toEqual([
      {
        testSet: '10 @ Rooms',
        curves: {
          step: [4, 8, 12],
          epoch: [1, 2, 3],
          values: { loss_avg: [0.5, 0.25, 0.166667], loss_med: [0.25, 0.125, 0.0833333] },
          notFinite: {},
          logged: 1,
        },
      },
    ]);
  });

  it('reads a run that is running or was killed: its last line may have no end', () => {
    writeRun(folder, 1);
    appendFileSync(`${folder}/log.jsonl`, '{"kind":"step","step":4,"epoch":1,"lo');
    expect(readRun(folder)).toMatchObject({ state: 'step 4 of 12, epoch 0.75: running or killed', notes: [] });
  });

  it.each([
    ['an empty log', '', /log\.jsonl, line 1: expected a line that a training run has logged, .* found nothing$/],
    ['a log of something else', 'time loss\n1 2\n', /line 1: expected .* found "time loss"$/],
    ['bytes without sense', '\0\x01\ufffd\n', /line 1: expected .* found "\\u0000\\u0001/],
  ])('refuses %s, naming file and line', (_, text, message) => {
    writeFileSync(`${folder}/log.jsonl`, text);
    expect(() => readRun(folder)).toThrow(message);
  });

  it('counts lines that no run has written, and values that are not finite', () => {
    const lines = [
      'gibberish',
      '{"kind":"step"}',
      '{"kind":"step","step":0,"epoch":0,"loss":"NaN"}',
      '{"kind":"step","step":1,"epoch":1,"loss":"-Infinity","__proto__":1}',
      '{"kind":"step","step":2,"epoch":2,"loss":5}',
      '{"kind":"evaluation","epoch":1}',
      '{"kind":"broken","message":"a"}',
      '{"kind":"warning","message":"a"}',
      '[]',
    ];
    writeFileSync(`${folder}/log.jsonl`, lines.map((line) => `${line}\n`).join(''));
    const { notes, steps } = readRun(folder);
    expect(notes).toEqual(['warnings: 1', 'broken pairs: 1', 'lines that could not be read: 4']);
    expect([steps.values['loss'], steps.notFinite]).toEqual([[null, null, 5], { loss: 2 }]);
  });

  it('takes a run that has not logged anything for an empty one', () => {
    writeEmptyRun(folder);
    expect(readRun(folder)).toMatchObject({ state: 'not started', steps: { step: [], values: {} }, tests: [] });
  });

  it('refuses what is no run, by name', () => {
    expect(() => readRun(folder)).toThrow(`${folder}: expected the folder of a training run, with log.jsonl in it`);
    expect(() => readRun(`${folder}/nowhere`)).toThrow('nowhere: there is no such folder');
    writeFileSync(`${folder}/log.jsonl`, 'a file');
    expect(() => readRun(`${folder}/log.jsonl`)).toThrow('there is no such folder');
  });
});
