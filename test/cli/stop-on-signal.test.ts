import { describe, expect, it } from '@jest/globals';
import { partOf, stopOnSignal } from '#cli/stop-on-signal.ts';

describe('cli/stop-on-signal', () => {
  it('aborts at the first Ctrl-C with what is left, and hears none once it is disposed of', () => {
    const [before, code] = [process.listenerCount('SIGINT'), process.exitCode];
    const [early, late] = [stopOnSignal(), stopOnSignal()];
    late.leaves(partOf('scene'));
    process.emit('SIGINT');
    expect(process.exitCode).toBe(130);
    process.exitCode = code;
    expect(early.signal.reason).toEqual(new Error('stopped; nothing was written'));
    expect(late.signal.reason).toEqual(new Error('stopped; scene has a part of the files'));
    for (const stop of [early, late]) stop.dispose();
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});
