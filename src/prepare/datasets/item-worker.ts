/** A worker thread of `writeItems`: prepares the items that it is told. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadPreparation } from './catalog.ts';
import type { PreparationItem } from './preparation.ts';
import { writeItem } from './write-item.ts';
import type { ThreadAnswer, ThreadTask } from './write-items.ts';

const port = parentPort;
if (!port) throw new Error('item-worker: runs as a worker thread only');
const { name, place } = workerData as ThreadTask;
const send = (answer: ThreadAnswer) => port.postMessage(answer);

port.on('message', async (item: PreparationItem) => {
  const preparation = await loadPreparation(name);
  send(await writeItem(preparation, item, place, () => send('frame')));
});
