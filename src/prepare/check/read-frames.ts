import { asProblem, readThumbnails } from '#data/posed-rgbd-index.ts';
import type { DepthThumbnail } from '#data/posed-rgbd-thumbnail.ts';
import { mapConcurrently } from '#data/rgbd-layouts/concurrently.ts';
import type { FrameProblem, RgbdSequence } from '#data/rgbd-layouts/rgbd-sequence.ts';
import { decodeImage } from '#image/decode.ts';

export interface ReadFrames {
  /** By the frames' places; undefined of those that cannot be used. */
  readonly thumbnails: readonly (DepthThumbnail | undefined)[];
  /** Every file that is missing or damaged. */
  readonly broken: readonly FrameProblem[];
}

/**
 * Reads every file of a sequence to its end, images too: of these training's index reads the headers only.
 * @throws the signal's reason when aborted
 */
export async function readFrames(sequence: RgbdSequence, signal: AbortSignal | undefined): Promise<ReadFrames> {
  const { thumbnails, broken } = await readThumbnails(sequence, signal ? { signal } : {});
  const damaged = new Map<number, FrameProblem>();
  await mapConcurrently(sequence.frames, async ({ imagePath }, place) => {
    signal?.throwIfAborted();
    if (!thumbnails[place]) return;
    await decodeImage(imagePath).catch((error: Error) => damaged.set(place, asProblem(error, imagePath)));
  });
  return {
    thumbnails: thumbnails.map((thumbnail, place) => (damaged.has(place) ? undefined : thumbnail)),
    broken: [...broken, ...[...damaged].sort(([a], [b]) => a - b).map(([, problem]) => problem)],
  };
}
