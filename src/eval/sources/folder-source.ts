import { readdir } from 'node:fs/promises';
import { type FoundSequence, findSequences } from '#data/rgbd-layouts/find-sequences.ts';
import { selectFrames } from '#data/rgbd-layouts/rgbd-sequence.ts';
import type { EvalView } from '#eval/method.ts';
import type { EvalSource } from '#eval/source.ts';
import { Recent } from '#render/recent.ts';
import { type ChosenScene, chooseScenes, drawInOrder } from './choose.ts';
import { openPosedImages } from './posed-images.ts';
import { openRgbdSequence } from './rgbd-sequence.ts';
import type { EvalSequence, FramePair } from './sequence.ts';

export interface FolderSourceOptions {
  /** Pairs to draw (default 100). */
  readonly pairs?: number;
  /** Least and largest overlap of a pair, where it is known (default 0.3 to 1). */
  readonly overlap?: readonly [low: number, high: number];
  /** Scenes to choose, for methods that solve many views together (default 0). */
  readonly scenes?: number;
  /** Views of each (default 10). */
  readonly views?: number;
  /** Every n-th frame only, of sequences with depth. */
  readonly every?: number;
  readonly seed?: number;
  /** Only these frames, and all of them as the one scene: what a saved scene is compared with. */
  readonly only?: (name: string) => boolean;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Views that are kept: the pairs of a frame follow each other. */
const keptViews = 8;

/**
 * A folder of posed RGB-D (every layout that `PosedRgbd` reads), or of posed images without depth: pairs are drawn from
 * those whose overlap is in the range, by a seed.
 * @throws Error, one line that names the folder: no sequences, no pair in the range
 */
export async function openFolderSource(root: string, options: FolderSourceOptions = {}): Promise<EvalSource> {
  const { pairs = 100, overlap = [0.3, 1], scenes = 0, views = 10, seed = 0, only } = options;
  const sequences = (await openSequences(root, options)).map((sequence) => restrict(sequence, overlap, only));
  const all = sequences.flatMap((sequence) => sequence.pairs.map((pair) => ({ sequence, pair })));
  if (all.length === 0) throw new Error(nothingFound(root, overlap, only !== undefined));
  const drawn = drawInOrder(all, pairs, seed);
  const chosen = only
    ? sequences.flatMap((each) => wholeScene(each, only))
    : chooseScenes(sequences, { count: scenes, views, seed });
  const viewOf = keepViews();
  return {
    name: root,
    hasDepth: sequences.some(({ hasDepth }) => hasDepth),
    choice: { pairs: drawn.length, of: all.length, minOverlap: overlap[0], maxOverlap: overlap[1], seed },
    notes: chosen.length < scenes ? [`${chosen.length} of ${scenes} scenes: no more frames hang together`] : [],
    pairCount: drawn.length,
    sceneCount: chosen.length,
    pair: async (index) => {
      const { sequence, pair } = drawn[index] as (typeof drawn)[0];
      const [first, second] = await Promise.all([viewOf(sequence, pair.i), viewOf(sequence, pair.j)]);
      const { overlap: share } = pair;
      return { scene: sequence.label, views: [first, second], ...(share === undefined ? {} : { overlap: share }) };
    },
    scene: async (index) => {
      const { sequence, places } = chosen[index] as (typeof chosen)[0];
      return { name: sequence.label, views: await Promise.all(places.map((place) => sequence.view(place))) };
    },
  };
}

async function openSequences(root: string, options: FolderSourceOptions): Promise<EvalSequence[]> {
  const found = await findSequences(root);
  const opened: EvalSequence[] = [];
  for (const [at, each] of found.entries()) {
    options.signal?.throwIfAborted();
    options.onProgress?.(at, found.length);
    opened.push(await openSequence(each, options));
  }
  return opened;
}

async function openSequence(found: FoundSequence, { every = 1, signal }: FolderSourceOptions): Promise<EvalSequence> {
  if (!(await mayHaveDepth(found))) return openPosedImages(found.folder, found.label);
  const sequence = await found.layout.read(found.folder, found.label, {});
  const thinned = every === 1 ? sequence : selectFrames(sequence, (place) => place % every === 0);
  return openRgbdSequence(thinned, signal ? { signal } : {});
}

/** Our own layout is told by its folders; the others always have depth. */
async function mayHaveDepth({ folder, layout }: FoundSequence): Promise<boolean> {
  return layout.name !== 'posed-rgbd' || (await readdir(folder)).includes('depth');
}

function restrict(
  sequence: EvalSequence,
  [low, high]: readonly [number, number],
  only: FolderSourceOptions['only'],
): EvalSequence {
  const isWanted = (place: number) => !only || only(sequence.frames[place] as string);
  const isInRange = ({ overlap }: FramePair) => overlap === undefined || (overlap >= low && overlap <= high);
  return {
    ...sequence,
    pairs: sequence.pairs.filter((pair) => isInRange(pair) && isWanted(pair.i) && isWanted(pair.j)),
  };
}

function nothingFound(root: string, [low, high]: readonly [number, number], isRestricted: boolean): string {
  const range = `no pair of frames has an overlap from ${low} to ${high}`;
  return `${root}: ${range}${isRestricted ? ' among the photographs of the scene; frames are matched by name' : ''}`;
}

/** All frames that are wanted, where there are any. */
function wholeScene(sequence: EvalSequence, only: (name: string) => boolean): ChosenScene[] {
  const places = [...sequence.frames.keys()].filter((place) => only(sequence.frames[place] as string));
  return places.length > 1 ? [{ sequence, places }] : [];
}

/** Reads views, and keeps the last ones. */
function keepViews(): (sequence: EvalSequence, place: number) => Promise<EvalView> {
  const sequences: EvalSequence[] = [];
  const kept = new Recent(keptViews, (key: string) => {
    const [at, place] = key.split('/').map(Number) as [number, number];
    return (sequences[at] as EvalSequence).view(place);
  });
  return (sequence, place) => {
    if (!sequences.includes(sequence)) sequences.push(sequence);
    return kept.get(`${sequences.indexOf(sequence)}/${place}`);
  };
}
