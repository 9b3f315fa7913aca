/** A worker thread of `prepareSynthetic`: opens the models, then writes the scenes that it is told. */
import { parentPort, workerData } from 'node:worker_threads';
import { openSupplies, type SceneAnswer, type WorkerTask } from './synthetic.ts';
import { writeSyntheticScene } from './synthetic-scene.ts';

const port = parentPort;
if (!port) throw new Error('synthetic-worker: runs as a worker thread only');
const { output, settings } = workerData as WorkerTask;
const supplies = openSupplies(settings);
supplies.catch(() => undefined); // told with the first scene

port.on('message', (number: number) => {
  const send = (answer: SceneAnswer) => port.postMessage(answer);
  supplies
    .then((opened) => writeSyntheticScene(output, number, settings, opened))
    .then(
      () => send({ number }),
      (error: Error) => send({ number, error: error.message }),
    );
});
