import { readdirSync, readlinkSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';

/** How many tensors exist after a call beyond those before it. A call that is to fail is caught inside. */
export async function tensorsLeftBy(run: () => Promise<unknown>): Promise<number> {
  const before = tf.memory().numTensors;
  await run();
  return tf.memory().numTensors - before;
}

/** The files below a folder that this process holds open; none where the system does not tell (all but Linux). */
export function openFilesIn(folder: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/fd')
    .map((descriptor) => targetOf(`/proc/self/fd/${descriptor}`))
    .filter((path) => path.startsWith(folder));
}

/** The descriptor of the listing itself is gone by now. */
function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}
