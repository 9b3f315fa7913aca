import { candidatePairs } from './posed-rgbd-candidates.ts';
import { measureOverlap } from './posed-rgbd-overlap.ts';
import { type DepthThumbnail, readThumbnail } from './posed-rgbd-thumbnail.ts';
import { mapConcurrently } from './rgbd-layouts/concurrently.ts';
import type { FrameProblem, RgbdSequence } from './rgbd-layouts/rgbd-sequence.ts';

/** Pairs below it are no use to anyone and are not kept. */
const minOverlap = 0.05;

export interface MeasuredPair {
  /** Places in the sequence's frames, i < j where it was measured. */
  readonly i: number;
  readonly j: number;
  readonly overlap: number;
}

/** What opening a sequence has to find out from its depth files. */
export interface SequenceIndex {
  /** Sorted by i, then j. */
  readonly pairs: readonly MeasuredPair[];
  /** Frames whose image or depth cannot be read. */
  readonly broken: readonly FrameProblem[];
}

export interface IndexOptions {
  /** Metres; what is farther counts as unknown. */
  readonly maxDepth?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Measures a sequence: reads every depth map once, then projects frames into each other. Listed pairs are believed. */
export async function indexSequence(sequence: RgbdSequence, options: IndexOptions = {}): Promise<SequenceIndex> {
  const { thumbnails, broken } = await readThumbnails(sequence, options);
  return { pairs: await measurePairs(sequence, thumbnails, options), broken };
}

/** The depth of every frame at a small size; frames that cannot be read have none and are reported. */
export async function readThumbnails(
  { frames, depth }: RgbdSequence,
  { maxDepth, signal, onProgress }: IndexOptions = {},
): Promise<{ thumbnails: (DepthThumbnail | undefined)[]; broken: FrameProblem[] }> {
  const broken = new Map<number, FrameProblem>();
  let done = 0;
  const thumbnails = await mapConcurrently(frames, async (frame, place) => {
    signal?.throwIfAborted();
    const thumbnail = await readThumbnail(frame, depth, maxDepth).catch((error: Error) => {
      broken.set(place, asProblem(error, frame.imagePath, frame.depthPath));
      return undefined;
    });
    onProgress?.(++done, frames.length);
    return thumbnail;
  });
  return { thumbnails, broken: [...broken].sort(([a], [b]) => a - b).map(([, problem]) => problem) };
}

/** What an error says of a frame. Messages begin with the file they are about. */
export function asProblem({ message }: Error, ...files: readonly string[]): FrameProblem {
  const file = files.find((path) => message.startsWith(`${path}: `));
  return file
    ? { kind: 'file', file, reason: message.slice(file.length + 2) }
    : { kind: 'file', file: files[0] as string, reason: message };
}

export async function measurePairs(
  { listedPairs }: RgbdSequence,
  thumbnails: readonly (DepthThumbnail | undefined)[],
  { signal }: IndexOptions = {},
): Promise<MeasuredPair[]> {
  const pairs: MeasuredPair[] = [];
  const add = (i: number, j: number, listed?: number) => {
    const [a, b] = [thumbnails[i], thumbnails[j]];
    if (!a || !b) return;
    const overlap = listed ?? Math.round(measureOverlap(a, b) * 1000) / 1000;
    if (overlap >= minOverlap) pairs.push({ i, j, overlap });
  };
  if (listedPairs) for (const { i, j, overlap } of listedPairs) add(i, j, overlap);
  else for await (const [i, j] of candidatePairs(thumbnails, signal ? { signal } : {})) add(i, j);
  return pairs.sort((a, b) => a.i - b.i || a.j - b.j);
}
