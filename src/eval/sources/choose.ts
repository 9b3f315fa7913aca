import { createNumpyRandom, type NumpyRandom } from '#tensor/random.ts';
import type { EvalSequence, FramePair } from './sequence.ts';

/** `count` of the items, drawn by a seed and left in their order; all where there are no more. */
export function drawInOrder<Item>(items: readonly Item[], count: number, seed: number): Item[] {
  if (items.length <= count) return [...items];
  const drawn = createNumpyRandom(seed).permutation(items.length).slice(0, count);
  return drawn.sort((a, b) => a - b).map((place) => items[place] as Item);
}

/** Frames of one sequence that are looked at as one scene. */
export interface ChosenScene {
  readonly sequence: EvalSequence;
  /** Rising. */
  readonly places: readonly number[];
}

export interface ChooseScenesOptions {
  readonly count: number;
  /** Of each scene, at most; scenes of fewer than three are none. */
  readonly views: number;
  readonly seed: number;
}

/** Starts that are tried for one scene. */
const maxTries = 20;

/**
 * Scenes of frames that hang together: each begins at a drawn frame, and grows by drawn frames that make a pair with one
 * that is in it. The sequences take turns.
 */
export function chooseScenes(
  sequences: readonly EvalSequence[],
  { count, views, seed }: ChooseScenesOptions,
): ChosenScene[] {
  const random = createNumpyRandom(seed);
  const neighbours = sequences.map(({ pairs }) => neighboursOf(pairs));
  const scenes: ChosenScene[] = [];
  for (let k = 0; k < count * sequences.length && scenes.length < count; k++) {
    const at = k % sequences.length;
    const places = grow(neighbours[at] as Neighbours, views, random);
    if (places) scenes.push({ sequence: sequences[at] as EvalSequence, places });
  }
  return scenes;
}

type Neighbours = ReadonlyMap<number, readonly number[]>;

function neighboursOf(pairs: readonly FramePair[]): Neighbours {
  const neighbours = new Map<number, number[]>();
  const add = (from: number, to: number) => {
    const known = neighbours.get(from);
    if (known) known.push(to);
    else neighbours.set(from, [to]);
  };
  for (const { i, j } of pairs) {
    add(i, j);
    add(j, i);
  }
  return neighbours;
}

/** The largest of some tries; nothing where no three frames hang together. */
function grow(neighbours: Neighbours, views: number, random: NumpyRandom): number[] | undefined {
  const starts = [...neighbours.keys()];
  let best: number[] = [];
  for (let attempt = 0; attempt < maxTries && best.length < views && starts.length > 0; attempt++) {
    const grown = growFrom(starts[random.integers(0, starts.length)] as number, neighbours, { views, random });
    if (grown.length > best.length) best = grown;
  }
  return best.length >= 3 ? best.sort((a, b) => a - b) : undefined;
}

function growFrom(
  start: number,
  neighbours: Neighbours,
  { views, random }: { views: number; random: NumpyRandom },
): number[] {
  const places = [start];
  const reached = new Set(places);
  const border = new Set(neighbours.get(start));
  while (places.length < views && border.size > 0) {
    const next = [...border][random.integers(0, border.size)] as number;
    places.push(next);
    reached.add(next);
    border.delete(next);
    for (const place of neighbours.get(next) ?? []) if (!reached.has(place)) border.add(place);
  }
  return places;
}
