import { basename, resolve } from 'node:path';
import type { PairDataset } from './pair-dataset.ts';
import { balanceOverlaps } from './posed-rgbd-balance.ts';
import { measuredIndex } from './posed-rgbd-cache.ts';
import type { IndexOptions, MeasuredPair, SequenceIndex } from './posed-rgbd-index.ts';
import { readRgbdView } from './posed-rgbd-view.ts';
import { findSequences, readSequences } from './rgbd-layouts/find-sequences.ts';
import {
  type Intrinsics,
  type LayoutName,
  type RgbdFrame,
  type RgbdSequence,
  selectFrames,
} from './rgbd-layouts/rgbd-sequence.ts';
import { selectSplit } from './rgbd-layouts/split.ts';
import type { RawView } from './view.ts';

export interface PosedRgbdOptions extends IndexOptions {
  /** One sequence, or a folder of sequences. */
  readonly root: string;
  readonly split?: string;
  /** Shares from 0 to 1, both included. */
  readonly overlap: readonly [low: number, high: number];
  /** Of the whole dataset, balanced over overlaps; 20 for each frame by default. */
  readonly maxPairs?: number;
  /** Every n-th frame of a sequence. */
  readonly every?: number;
  /** The frames of every sequence from one place up to, not including, another. */
  readonly frames?: readonly [start: number, stop: number];
  readonly layout?: LayoutName;
  readonly intrinsics?: Intrinsics;
  readonly depthScale?: number;
  /** Folder for what was measured. */
  readonly cache?: string;
  /** Share of the frames that may be missing or damaged. */
  readonly maxBroken: number;
}

const pairsPerFrame = 20;

/** Pairs of posed RGB-D frames, chosen by measured overlap. */
export interface PosedRgbdPairs extends PairDataset {
  readonly sequences: readonly RgbdSequence[];
  readonly overlaps: readonly number[];
  /** What a user should hear of: frames left out, a cache that cannot be written. One line each. */
  readonly notes: readonly string[];
}

/**
 * Opens a folder of posed RGB-D frames: reads the indices and, the first time, every depth map.
 * @throws Error, one line that names the file or folder: nothing found, too many broken frames, no pair in the range
 */
export async function openPosedRgbd(options: PosedRgbdOptions): Promise<PosedRgbdPairs> {
  const sequences = await openSequences(options);
  const indices: SequenceIndex[] = [];
  const notes = new Set<string>();
  for (const sequence of sequences) {
    options.signal?.throwIfAborted();
    const { index, note } = await measuredIndex(sequence, options);
    indices.push(index);
    if (note) notes.add(note);
  }
  for (const note of expectFewBroken(sequences, indices, options)) notes.add(note);
  const measured = sequences.flatMap((sequence, at) =>
    (indices[at] as SequenceIndex).pairs.map((pair) => ({ ...pair, sequence })),
  );
  const limit = options.maxPairs ?? pairsPerFrame * countFrames(sequences);
  const pairs = balanceOverlaps(measured, options.overlap, limit);
  if (pairs.length === 0) throw new Error(nothingInRange(options, measured));
  return {
    name: 'PosedRgbd',
    length: pairs.length,
    sequences,
    overlaps: pairs.map(({ overlap }) => overlap),
    notes: [...notes],
    pair: (index) => readPair(pairs, index, options),
  };
}

/** The sequences that the options choose, with the frames that they choose. */
export async function openSequences(options: PosedRgbdOptions): Promise<RgbdSequence[]> {
  const { root, split, layout, intrinsics, depthScale, every = 1, frames: [start, stop] = [0, Infinity] } = options;
  const found = await findSequences(root, layout);
  const chosen = split === undefined ? found : await selectSplit(root, found, split);
  const sequences = await readSequences(chosen, {
    ...(intrinsics ? { intrinsics } : {}),
    ...(depthScale === undefined ? {} : { depthScale }),
  });
  return sequences.map((sequence) =>
    selectFrames(sequence, (place) => place >= start && place < stop && (place - start) % every === 0),
  );
}

function countFrames(sequences: readonly RgbdSequence[]): number {
  return sequences.reduce((sum, { frames }) => sum + frames.length, 0);
}

/** @throws Error past the limit; @returns what to tell about those within it */
function expectFewBroken(
  sequences: readonly RgbdSequence[],
  indices: readonly SequenceIndex[],
  { root, maxBroken }: PosedRgbdOptions,
): string[] {
  const problems = [...sequences.flatMap(({ unusable }) => unusable), ...indices.flatMap(({ broken }) => broken)];
  const [first] = problems;
  if (!first) return [];
  const all = countFrames(sequences) + sequences.reduce((sum, { unusable }) => sum + unusable.length, 0);
  const counted = `${problems.length} of ${all} frames cannot be used, the first because of ${first.file}: ${first.reason}`;
  const advice = `\`dust3r prepare check ${root}\` lists them`;
  if (problems.length > maxBroken * all)
    throw new Error(`${root}: ${counted}; max_broken allows ${Math.floor(maxBroken * all)}; ${advice}`);
  return [`${root}: ${counted}; ${advice}`];
}

function nothingInRange({ root, overlap: [low, high] }: PosedRgbdOptions, measured: readonly MeasuredPair[]): string {
  const best = measured.reduce((most, { overlap }) => Math.max(most, overlap), 0);
  const found = measured.length === 0 ? 'no two frames overlap' : `${measured.length} pairs overlap by up to ${best}`;
  return `${root}: no pair has an overlap from ${low} to ${high}: ${found}; see \`dust3r prepare check ${root}\``;
}

interface SequencePair extends MeasuredPair {
  readonly sequence: RgbdSequence;
}

async function readPair(
  pairs: readonly SequencePair[],
  index: number,
  { root, maxDepth }: PosedRgbdOptions,
): Promise<readonly [RawView, RawView]> {
  const pair = pairs[index];
  if (!pair) throw new RangeError(`PosedRgbd: expected a pair from 0 to ${pairs.length - 1}, got ${index}`);
  const { sequence } = pair;
  const dataset = basename(resolve(root));
  const read = (place: number) => {
    const frame = sequence.frames[place] as RgbdFrame;
    const instance = sequence.label === dataset ? frame.name : `${sequence.label}/${frame.name}`;
    return readRgbdView(sequence, frame, { dataset, instance, ...(maxDepth === undefined ? {} : { maxDepth }) });
  };
  return Promise.all([read(pair.i), read(pair.j)]);
}
