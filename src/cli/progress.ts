import { type Options, SingleBar } from 'cli-progress';

/** Shows how far a piece of work is. */
export interface Progress {
  update(done: number, total: number, what: string): void;
  stop(): void;
}

const format = '{what} [{bar}] {value}/{total} · {duration_formatted} so far, {eta_formatted} left';
const options: Options = { format, hideCursor: true, clearOnComplete: true, stream: process.stderr };

/** A bar with the estimated time on a terminal, a line per change elsewhere, nothing when quiet. All on stderr. */
export function createProgress(isQuiet: boolean): Progress {
  if (isQuiet) return { update: () => undefined, stop: () => undefined };
  return process.stderr.isTTY ? bar() : lines();
}

function bar(): Progress {
  const single = new SingleBar(options);
  let isRunning = false;
  return {
    update(done, total, what) {
      if (!isRunning) single.start(total, done, { what });
      isRunning = true;
      single.setTotal(total);
      single.update(done, { what });
    },
    stop: () => single.stop(),
  };
}

function lines(): Progress {
  let last = '';
  return {
    update(_done, _total, what) {
      if (what !== last) console.error(what);
      last = what;
    },
    stop: () => undefined,
  };
}
