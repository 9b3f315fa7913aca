import { describe, expect, it } from '@jest/globals';
import { createTimeLeft } from '#cli/train-time-left.ts';
import { epochOf, evaluationOf, startOf, stepOf } from '#test/train/log/small-run.ts';
import type { TrainEvent } from '#train/events.ts';

const saved: TrainEvent = { type: 'checkpoint', path: 'checkpoint-last', kind: 'last' };

/** Reports events of a run of 3 epochs of 4 steps, each so many seconds after the one before. */
function watch() {
  let milliseconds = 0;
  const timeLeft = createTimeLeft(() => milliseconds);
  return (event: TrainEvent, seconds: number) => {
    milliseconds += 1000 * seconds;
    return timeLeft(event);
  };
}

describe('cli/train-time-left', () => {
  it('knows nothing before the second step, and leaves out the first, which compiles', () => {
    const after = watch();
    after(startOf(), 5);
    expect(after(stepOf(0), 90)).toEqual({ epoch: Number.NaN, run: Number.NaN });
    // 10 steps of 2 s, and three tests of 2 batches, each taken for a step.
    expect(after(stepOf(1), 2)).toEqual({ epoch: 4, run: 10 * 2 + 3 * 4 });
  });

  it('takes the mean of steps that wait for data in turn', () => {
    const after = watch();
    after(startOf(), 0);
    for (const [step, seconds] of [9, 1, 3, 1, 3].entries()) after(stepOf(step), seconds);
    expect(after(stepOf(5), 2).epoch).toBe(2 * 2);
  });

  it('counts tests and saves by the time that they took', () => {
    const after = watch();
    after(startOf(), 0);
    for (let step = 0; step < 4; step += 1) after(stepOf(step), 2);
    after(epochOf(0), 0);
    after(evaluationOf(0, 'a'), 10);
    after(evaluationOf(0, 'b'), 20);
    after(saved, 4);
    const { run } = after(stepOf(4), 2);
    const savingShare = 4 / (4 * 2 + 30 + 4 + 2);
    expect(run).toBeCloseTo((7 * 2 + 2 * 30) / (1 - savingShare), 6);
  });

  it('does not take a warning for a step, nor what a resumed run has done before', () => {
    const after = watch();
    after(startOf({ step: 6, epochs: 1 }), 100);
    after(stepOf(6), 50);
    after({ type: 'broken', message: 'a.png', pairs: 1 }, 1);
    expect(after(stepOf(7), 1)).toEqual({ epoch: 0, run: 4 * 2 + 2 * 4 });
  });

  it('knows which epochs are tested, and that a run may end early', () => {
    const after = watch();
    const start = startOf() as Extract<TrainEvent, { type: 'start' }>;
    after({ ...start, totalSteps: 11, config: { ...start.config, epochs: 9, evalFreq: 2 } }, 0);
    after(stepOf(0), 2);
    expect(after(stepOf(1), 2).run).toBe(9 * 2 + 4);
    after({ ...start, testBatches: 0 }, 0);
    expect(after(stepOf(2), 2).run).toBe(9 * 2);
  });
});
