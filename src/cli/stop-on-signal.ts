/** A run that Ctrl-C stops. */
export interface Stop {
  readonly signal: AbortSignal;
  /** What a stop leaves, from now on. */
  leaves(what: string): void;
  dispose(): void;
}

/** The first Ctrl-C ends the run, with exit code 130, and removes its temporary files; the second ends the process. */
export function stopOnSignal(): Stop {
  const stop = new AbortController();
  let left = 'nothing was written';
  const onSignal = () => {
    if (stop.signal.aborted) process.exit(130);
    process.exitCode = 130;
    stop.abort(new Error(`stopped; ${left}`));
  };
  process.on('SIGINT', onSignal);
  return {
    signal: stop.signal,
    leaves: (what) => {
      left = what;
    },
    dispose: () => process.off('SIGINT', onSignal),
  };
}

/** Of a folder that is being written: each of its files is whole. */
export const partOf = (folder: string) => `${folder} has a part of the files`;
