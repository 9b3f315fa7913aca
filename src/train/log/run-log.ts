import { join } from 'node:path';
import type { TrainListener } from '#train/events.ts';
import { createJsonLog } from './json-log.ts';
import { createSamplePictures, encodeSamplePicture, type SampleEncoder } from './sample-pictures.ts';
import { createTensorBoardLog } from './tensorboard-log.ts';

/** Where things lie in a run's folder. */
export const runFiles = { log: 'log.jsonl', samples: 'samples', tensorBoard: 'tensorboard' } as const;

/**
 * All that a run writes about itself: log.jsonl, TensorBoard's event files and sample pictures, in the folder of the run.
 *
 * @param every steps from one logged step to the next: the run's `printFreq`
 * @throws RangeError if `every` is no whole number from 1; Error, from the listener, if a file cannot be written
 */
export function createRunLog(folder: string, every: number): TrainListener {
  if (!Number.isInteger(every) || every < 1)
    throw new RangeError(`createRunLog: expected a whole number of steps from 1 between logged ones, got ${every}`);
  const encode = encodedOnce();
  const listeners = [
    createJsonLog({ path: join(folder, runFiles.log), every }),
    createTensorBoardLog({ folder: join(folder, runFiles.tensorBoard), every, encode }),
    createSamplePictures(join(folder, runFiles.samples), encode),
  ];
  return (event) => {
    for (const listen of listeners) listen(event);
  };
}

/** Several files show the same picture, which takes a second to paint. */
function encodedOnce(): SampleEncoder {
  const encoded = new WeakMap<object, ReturnType<SampleEncoder>>();
  return (samples) => {
    const picture = encoded.get(samples) ?? encodeSamplePicture(samples);
    encoded.set(samples, picture);
    return picture;
  };
}
