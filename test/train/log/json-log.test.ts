import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { createJsonLog, cutLog } from '#train/log/json-log.ts';
import { epochOf, evaluationOf, reportSteps, startOf, stepOf, stepsPerEpoch } from './small-run.ts';

describe('train/log/json-log', () => {
  const inFolder = useTemporaryFolder();
  let count = 0;
  let path = '';
  beforeEach(() => {
    path = inFolder(`${count++}.jsonl`);
  });

  const lines = () => readFileSync(path, 'utf8').split('\n').filter(Boolean);
  const records = (...kinds: string[]) =>
    lines()
      .map((line) => JSON.parse(line))
      .filter(({ kind }) => kinds.includes(kind));

  it("has, merged by epoch, the values of the original's log.txt", () => {
    const log = createJsonLog({ path, every: 1 });
    log(epochOf(0));
    log(evaluationOf(0));
    expect(Object.assign({}, ...records('epoch', 'evaluation'))).toEqual({
      kind: 'evaluation',
      epoch: 1,
      step: stepsPerEpoch,
      test_set: '10 @ Rooms',
      train_loss: 0.5,
      train_conf_loss_1: -1,
      train_lr: 1e-4,
      train_grad_norm: 2,
      '10 @ Rooms_loss_avg': 0.5,
      '10 @ Rooms_loss_med': 0.25,
    });
  });

  it('logs every so many steps, and any whose loss is not finite, spelled so that the line stays JSON', () => {
    const log = createJsonLog({ path, every: 3 });
    for (const step of [0, 1, 2, 3]) log(stepOf(step));
    log(stepOf(4, Number.NaN));
    log(stepOf(5, Number.NEGATIVE_INFINITY));
    expect(records('step').map(({ step, loss }) => [step, loss])).toEqual([
      [0, 1],
      [3, 0.25],
      [4, 'NaN'],
      [5, '-Infinity'],
    ]);
    expect(records('step')[1]).toEqual({
      kind: 'step',
      step: 3,
      epoch: 0.75,
      loss: 0.25,
      lr: 1e-4,
      grad_norm: 2,
      pairs_per_second: 3.5,
      waited_share: 0.25,
      details: { conf_loss_1: -3, Regr3D_pts3d_1: 0.375 },
    });
  });

  it('tells after a kill and a resumption what it would have told without', () => {
    const whole = inFolder('whole.jsonl');
    const undisturbed = createJsonLog({ path: whole, every: 1 });
    undisturbed(startOf());
    reportSteps(undisturbed, 0, 12);

    const killed = createJsonLog({ path, every: 1 });
    killed(startOf());
    reportSteps(killed, 0, 10);
    appendFileSync(path, '{"kind":"step","st');
    const resumed = createJsonLog({ path, every: 1 });
    resumed(startOf({ step: 6, epochs: 1 }));
    reportSteps(resumed, 6, 12);

    const withoutStarts = (file: string) => readFileSync(file, 'utf8').replaceAll(/.*"kind":"start".*\n/g, '');
    expect(withoutStarts(path)).toBe(withoutStarts(whole));
    expect(records('start').map((start) => start.resumed_from_step)).toEqual([undefined, 6]);
  });

  it('keeps the test of an epoch that the checkpoint knows, and drops one that it does not', () => {
    const log = createJsonLog({ path, every: 1 });
    reportSteps(log, 0, 8);
    cutLog(path, { step: 8, epochs: 2 });
    expect(records('evaluation').map(({ epoch }) => epoch)).toEqual([1, 2]);
    cutLog(path, { step: 8, epochs: 1 });
    expect(records('epoch', 'evaluation').map(({ epoch }) => epoch)).toEqual([1, 1]);
    expect(records('step')).toHaveLength(8);
  });

  it('begins anew where a run died before its first checkpoint', () => {
    const first = createJsonLog({ path, every: 1 });
    first(startOf());
    reportSteps(first, 0, 3);
    createJsonLog({ path, every: 1 })(startOf());
    expect(records('step')).toEqual([]);
  });

  it('passes over a damaged line, and cuts one off that has no end, even if it is whole', () => {
    writeFileSync(path, '{"kind":"step","step":0}\n\u0000\u0000\n{"kind":"step","step":1}\n{"kind":"step","step":2}');
    cutLog(path, { step: 9, epochs: 0 });
    expect(readFileSync(path, 'utf8')).toBe('{"kind":"step","step":0}\n\u0000\u0000\n{"kind":"step","step":1}\n');
  });

  it('says which log cannot be written', () => {
    const log = createJsonLog({ path: inFolder('nowhere/log.jsonl'), every: 1 });
    expect(() => log(stepOf(0))).toThrow('nowhere/log.jsonl');
  });
});
