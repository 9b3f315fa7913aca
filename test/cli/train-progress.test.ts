import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createTrainProgress } from '#cli/train-progress.ts';
import { reportSteps, startOf, stepOf } from '#test/train/log/small-run.ts';
import type { TrainEvent } from '#train/events.ts';

/** A stream that remembers, and says whether it is a terminal. */
function fakeStream(isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  const written: string[] = [];
  const write = (chunk: Buffer, _: string, done: () => void) => {
    written.push(String(chunk));
    done();
  };
  const stream = Object.assign(new Writable({ write }), { isTTY, columns: 200 }) as unknown as NodeJS.WriteStream;
  return { stream, text: () => written.join('') };
}

describe('cli/train-progress', () => {
  it('prints a line every so many steps, and one for each epoch and test, where there is no terminal', () => {
    const { stream, text } = fakeStream(false);
    let time = 0;
    const { listen } = createTrainProgress({ every: 2, stream, now: () => time });
    const listenSlowly = (event: TrainEvent) => {
      time += 2000;
      listen(event);
    };
    listenSlowly(startOf());
    reportSteps(listenSlowly, 0, 4);
    expect(text().split('\n')).toEqual([
      '12 steps, 4 an epoch; 0.0 million parameters',
      'epoch 1/3 · step 1/12 · loss 1 · lr 1.00e-4 · gradient 2 · 3.5 pairs/s · waiting 25 % · left: epoch ?, run ?',
      'epoch 1/3 · step 2/12 · loss 0.5 · lr 1.00e-4 · gradient 2 · 3.5 pairs/s · waiting 25 % · left: epoch 4 s, run 32 s',
      'epoch 1/3 · step 4/12 · loss 0.3333 · lr 1.00e-4 · gradient 2 · 3.5 pairs/s · waiting 25 % · left: epoch 0 s, run 28 s',
      'epoch 1: average loss 0.5, conf_loss_1 -1',
      'epoch 1: 10 @ Rooms: loss 0.5 (median 0.25)',
      '',
    ]);
  });

  it('tells what goes wrong, what is saved beside the last state, and how it ends', () => {
    const { stream, text } = fakeStream(false);
    const { listen } = createTrainProgress({ every: 1, stream });
    listen(startOf({ step: 6, epochs: 1 }));
    listen({ type: 'warning', message: 'slow disk' });
    for (const pairs of [1, 2, 3]) listen({ type: 'broken', message: 'a.png: cut off', pairs });
    listen({ type: 'broken', message: 'b.png: cut off', pairs: 1 });
    listen({ type: 'epoch', epoch: 1, step: 8, averages: { loss: 1 } });
    listen({ type: 'epoch', epoch: 2, step: 12, averages: { loss: 1 } });
    listen({ type: 'checkpoint', path: 'run/checkpoint-last', kind: 'last' });
    listen({ type: 'checkpoint', path: 'run/checkpoint-best', kind: 'best' });
    listen({ type: 'end', reason: 'stopped', step: 7, best: { Rooms: 0.25 } });
    expect(text().split('\n').slice(0, -1)).toEqual([
      'resuming from step 6: 12 steps, 4 an epoch; 0.0 million parameters',
      'warning: slow disk',
      'broken, others are taken for its pairs: a.png: cut off',
      'broken, others are taken for its pairs: b.png: cut off',
      'epoch 2: average loss 1',
      'broken pairs so far: 4, by 2 files',
      'epoch 3: average loss 1',
      'saved run/checkpoint-best (best)',
      'stopped after 7 steps; best median loss: Rooms 0.25',
    ]);
  });

  it('is never silent for longer than a minute', () => {
    const { stream, text } = fakeStream(false);
    let time = 0;
    const { listen } = createTrainProgress({ every: 100, stream, now: () => time });
    listen(startOf());
    for (let step = 0; step < 8; step += 1) {
      time += 25_000;
      listen(stepOf(step));
    }
    expect(text().match(/step \d+/g)).toEqual(['step 1', 'step 4', 'step 7']);
  });

  it('draws a bar on a terminal, takes it away to print a line, and leaves the cursor as it was', () => {
    const { stream, text } = fakeStream(true);
    const { listen, stop } = createTrainProgress({ every: 1, stream });
    listen(startOf());
    listen(stepOf(0));
    listen({ type: 'warning', message: 'slow disk' });
    listen(stepOf(1));
    stop();
    stop();
    expect(text()).toMatch(/epoch 1\/3 .*1\/4 · loss 1 .*slow disk\n.*epoch 1\/3 .*2\/4 · loss 0.5/s);
    expect(text().split('\x1b[?25l')).toHaveLength(3);
    expect(text().split('\x1b[?25h')).toHaveLength(3);
  });
});
