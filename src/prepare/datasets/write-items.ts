import type { Worker } from 'node:worker_threads';
import { startScript } from '#files/script-worker.ts';
import type { Preparation, PreparationItem } from './preparation.ts';
import { type ItemOutcome, type RunPlace, writeItem } from './write-item.ts';

export interface ItemsTask {
  readonly preparation: Preparation;
  readonly place: RunPlace;
  readonly items: readonly PreparationItem[];
  /** Threads; 0 works in this one. */
  readonly workers: number;
  readonly signal: AbortSignal | undefined;
  readonly onFrame: (item: PreparationItem) => void;
  readonly onItem: (item: PreparationItem, outcome: Exclude<ItemOutcome, { state: 'failed' }>) => void;
}

/** What a thread is started with. */
export interface ThreadTask {
  readonly name: string;
  readonly place: RunPlace;
}

/** A frame is done, or the item. */
export type ThreadAnswer = 'frame' | ItemOutcome;

/** Prepares items, each in whichever thread is free. @throws Error if something cannot be written, or when aborted */
export async function writeItems(task: ItemsTask): Promise<void> {
  const { preparation, place, items, signal } = task;
  const queue = [...items];
  const next = () => {
    signal?.throwIfAborted();
    return queue.shift();
  };
  const count = Math.min(task.workers, items.length);
  if (count === 0) return writeHere(task, next);
  const start = { name: preparation.name, place } satisfies ThreadTask;
  const threads = Array.from({ length: count }, () => startScript(workerUrl, start));
  const stop = () => Promise.all(threads.map((thread) => thread.terminate()));
  const onAbort = () => void stop();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.all(threads.map((thread) => feed(thread, next, task)));
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await stop();
  }
}

async function writeHere(task: ItemsTask, next: () => PreparationItem | undefined): Promise<void> {
  const { preparation, place, signal } = task;
  for (let item = next(); item; item = next()) {
    const current = item;
    const outcome = await writeItem(preparation, item, place, () => {
      task.onFrame(current);
      signal?.throwIfAborted();
    });
    signal?.throwIfAborted();
    tell(task, item, outcome);
  }
}

function tell({ onItem }: ItemsTask, item: PreparationItem, outcome: ItemOutcome): void {
  if (outcome.state === 'failed') throw new Error(outcome.message);
  onItem(item, outcome);
}

/** Gives a thread one item after another. */
function feed(thread: Worker, next: () => PreparationItem | undefined, task: ItemsTask): Promise<void> {
  return new Promise((resolve, reject) => {
    let item: PreparationItem | undefined;
    const send = () => {
      item = next();
      if (item) thread.postMessage(item);
      else resolve();
    };
    const onAnswer = (answer: ThreadAnswer) => {
      if (!item) return;
      if (answer === 'frame') return task.onFrame(item);
      tell(task, item, answer);
      send();
    };
    const attempt = (action: () => void) => {
      try {
        action();
      } catch (error) {
        reject(error);
      }
    };
    thread.on('message', (answer: ThreadAnswer) => attempt(() => onAnswer(answer)));
    thread.on('error', reject);
    thread.on('exit', () => reject(new Error(`prepare ${task.preparation.name}: a worker thread ended by itself`)));
    attempt(send);
  });
}

const workerUrl = new URL('./item-worker.ts', import.meta.url);
