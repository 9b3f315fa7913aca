import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createTrainProgress } from '#cli/train-progress.ts';
import { reportSteps, startOf, stepOf } from '#test/train/log/small-run.ts';

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

/** A clock that goes on by two seconds each time it is read. */
function slowClock(): () => number {
  let time = 0;
  return () => {
    time += 2000;
    return time;
  };
}

describe('cli/train-progress', () => {
  it('prints a line every so many steps, and one for each epoch and test, where there is no terminal', () => {
    const { stream, text } = fakeStream(false);
    const { listen } = createTrainProgress({ every: 2, stream, now: slowClock() });
    listen(startOf());
    reportSteps(listen, 0, 4);
    expect(text().split('\n')).toEqual([
      '12 steps, 4 an epoch; 0.0 million parameters',
      'epoch 1/3 · step 1/12 · loss 1 · lr 1.00e-4 · gradient 2 · 3.5 pairs/s · waiting 25 % · left ?, in all ?',
      'epoch 1/3 · step 3/12 · loss 0.5 · lr 1.00e-4 · gradient 2 · 3.5 pairs/s · waiting 25 % · left 2 s, in all 18 s',
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
    listen({ type: 'broken', message: 'a.png: cut off' });
    listen({ type: 'checkpoint', path: 'run/checkpoint-last', kind: 'last' });
    listen({ type: 'checkpoint', path: 'run/checkpoint-best', kind: 'best' });
    listen({ type: 'end', reason: 'stopped', step: 7, best: { Rooms: 0.25 } });
    expect(text().split('\n').slice(0, -1)).toEqual([
      'resuming from step 6: 12 steps, 4 an epoch; 0.0 million parameters',
      'warning: slow disk',
      'broken pair: a.png: cut off',
      'saved run/checkpoint-best (best)',
      'stopped after 7 steps; best median loss: Rooms 0.25',
    ]);
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
