/** A worker thread of the loader: opens the datasets of an expression and makes the batches that it is asked for. */
import { parentPort, workerData } from 'node:worker_threads';
import { parseMix } from './expression.ts';
import { createBatchMaker, type MadeBatch, type MakeBatch } from './make-batch.ts';
import { openDatasets } from './mix.ts';
import { loadDatasetTypes } from './registry.ts';
import type { Reply, Request, WorkerSetup } from './worker-pool.ts';

const port = parentPort;
if (!port) throw new Error('loader-worker: runs as a worker thread only');
const send = (reply: Reply, transfer: ArrayBuffer[] = []) => port.postMessage(reply, transfer);

const maker = openMaker(workerData as WorkerSetup);
let last: Promise<void> = Promise.resolve();
port.on('message', ({ id, job }: Request) => {
  // One at a time: a worker that made several at once would hold their photographs together.
  last = last.then(() => answer(id, async () => (await maker)(job)));
});

async function openMaker({ expression, modules, seed }: WorkerSetup): Promise<MakeBatch> {
  const mix = parseMix(expression, await loadDatasetTypes(modules));
  const datasets = await openDatasets(mix);
  send({ id: 0, lengths: datasets.map(({ length }) => length) });
  return createBatchMaker(mix, datasets, seed);
}

async function answer(id: number, make: () => Promise<MadeBatch>): Promise<void> {
  try {
    const made = await make();
    const { images, points1, points2, valid } = made.batch;
    send(
      { id, made },
      [images, points1, points2, valid].map(({ buffer }) => buffer as ArrayBuffer),
    );
  } catch (error) {
    const { message, stack } = error as Error;
    send({ id, error: { message, stack } });
  }
}
