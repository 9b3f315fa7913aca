/** Work on one thread that may be paused wherever it yields. */
export type Pausable<Result> = Generator<void, Result>;

/** All of it at once. */
export function finish<Result>(work: Pausable<Result>): Result {
  for (let step = work.next(); ; step = work.next()) if (step.done) return step.value;
}

/** Like `map`, with a pause after each. */
export function* eachInTurn<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Result,
): Pausable<Result[]> {
  const results: Result[] = [];
  for (const [index, item] of items.entries()) {
    results.push(work(item, index));
    yield;
  }
  return results;
}

export interface StepOptions {
  readonly signal?: AbortSignal | undefined;
  /** After each piece, with how many are done. */
  readonly onStep?: (done: number) => void;
}

/**
 * All of it, with other work of the program between its pieces.
 * @throws the signal's reason when it aborts
 */
export async function finishInSteps<Result>(
  work: Pausable<Result>,
  { signal, onStep }: StepOptions = {},
): Promise<Result> {
  const breathe = startBreathing();
  for (let done = 1; ; done++) {
    await breathe();
    signal?.throwIfAborted();
    const step = work.next();
    if (step.done) return step.value;
    onStep?.(done);
  }
}

/** Lets other work of the program run now and then: a pass on the native engine blocks it. */
export function startBreathing(): () => Promise<void> {
  const LONGEST_MS = 30;
  let last = performance.now();
  return async () => {
    if (performance.now() - last < LONGEST_MS) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    last = performance.now();
  };
}
