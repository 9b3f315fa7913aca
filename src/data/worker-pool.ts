import { startScript } from '#files/script-worker.ts';
import type { BatchJob, MadeBatch, MakeBatch } from './make-batch.ts';

/** What a worker needs to open the same datasets as the main thread. */
export interface WorkerSetup {
  readonly expression: string;
  readonly modules: readonly string[];
  readonly seed: number;
}

export interface Request {
  readonly id: number;
  readonly job: BatchJob;
}

/** Number 0 answers no request but says that the worker is ready, with the lengths of its datasets. */
export type Reply =
  | { readonly id: 0; readonly lengths: readonly number[] }
  | { readonly id: number; readonly made: MadeBatch }
  | { readonly id: number; readonly error: { readonly message: string; readonly stack: string | undefined } };

/** Threads that make batches. */
export interface WorkerPool {
  readonly make: MakeBatch;
  /** Ends the threads; what they have not finished is rejected with the reason. */
  close(reason?: unknown): Promise<void>;
}

/** Starts the threads and waits until each has opened the datasets. @param lengths that the main thread found */
export async function startWorkers(count: number, setup: WorkerSetup, lengths: readonly number[]): Promise<WorkerPool> {
  const workers = Array.from({ length: count }, () => startWorker(setup));
  const close = async (reason: unknown = new Error('the data loader is closed')) => {
    await Promise.all(workers.map((worker) => worker.close(reason)));
  };
  try {
    for (const found of await Promise.all(workers.map(({ ready }) => ready))) expectSameLengths(lengths, found);
  } catch (error) {
    await close();
    throw error;
  }
  return { make: (job) => leastBusy(workers).make(job), close };
}

function expectSameLengths(expected: readonly number[], found: readonly number[]): void {
  if (String(expected) === String(found)) return;
  throw new Error(
    `data: a dataset must list the same pairs whenever it is opened, but found ${expected.join(', ')} and then ${found.join(', ')}; is something being written into it?`,
  );
}

interface DataWorker {
  readonly ready: Promise<readonly number[]>;
  /** Requests that are not answered yet. */
  readonly waiting: () => number;
  readonly make: MakeBatch;
  readonly close: (reason: unknown) => Promise<void>;
}

function leastBusy(workers: readonly DataWorker[]): DataWorker {
  return workers.reduce((best, worker) => (worker.waiting() < best.waiting() ? worker : best));
}

interface Pending {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (reason: unknown) => void;
}

function startWorker(setup: WorkerSetup): DataWorker {
  const worker = startScript(workerUrl, setup, setup.modules);
  const pending = new Map<number, Pending>();
  let nextId = 1;
  let stopped: unknown;

  const replyTo = (id: number) =>
    new Promise<Reply>((resolve, reject) => {
      if (stopped) return reject(stopped);
      worker.ref(); // an idle loader does not keep the process alive, one at work does
      pending.set(id, { resolve, reject });
    });
  const stop = (reason: unknown) => {
    stopped ??= reason;
    for (const { reject } of pending.values()) reject(stopped);
    pending.clear();
  };

  worker.on('message', (reply: Reply) => {
    pending.get(reply.id)?.resolve(reply);
    pending.delete(reply.id);
    // Not while it is being ended: the process could then run out of work before that is done, and leave without a word.
    if (pending.size === 0 && stopped === undefined) worker.unref();
  });
  worker.on('error', (error: Error) => stop(new Error(`a data worker failed: ${error.message}`, { cause: error })));
  worker.on('exit', (code) => stop(new Error(`a data worker ended by itself with exit code ${code}; ${wayOut}`)));
  return {
    ready: replyTo(0).then((reply) => ('lengths' in reply ? reply.lengths : [])),
    waiting: () => pending.size,
    make: async (job) => {
      const request: Request = { id: nextId++, job };
      const reply = replyTo(request.id);
      worker.postMessage(request);
      return madeOf(await reply);
    },
    close: async (reason) => {
      stop(reason);
      await worker.terminate();
    },
  };
}

const wayOut = 'set workers to 0 to see what a dataset does in the main thread';

function madeOf(reply: Reply): MadeBatch {
  if ('made' in reply) return reply.made;
  if (!('error' in reply)) throw new Error('a data worker answered out of turn');
  const error = new Error(reply.error.message);
  if (reply.error.stack) error.stack = reply.error.stack;
  throw error;
}

const workerUrl = new URL('./loader-worker.ts', import.meta.url);
