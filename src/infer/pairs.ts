/** Indices of the two images of an ordered pair; the first is view 1. */
export type Pair = readonly [number, number];

export interface PairOptions {
  /** 'seqK' keeps pairs at most K apart, 'cycK' counts the distance around a loop of images. */
  readonly prefilter?: string | undefined;
  /** Adds every pair's reverse (default true); the alignment needs both. */
  readonly symmetrize?: boolean;
}

/**
 * The image pairs of a scene graph, sorted (spec 5.2): `complete`, `swin[-w][-noncyclic]` (each image and the next w),
 * `logwin[-w][-noncyclic]` (images 1, 2, 4 … 2^(w−1) away) and `oneref[-id]` (one image and every other).
 * The windows are of 3 by default. Exactly the original's pairs: on few images a cyclic `swin` reaches back to where it
 * started and gives pairs (i, i), and symmetrizing doubles those; see `withoutRedundantPairs`.
 */
export function makePairs(count: number, sceneGraph = 'complete', options: PairOptions = {}): Pair[] {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new RangeError(`makePairs: expected a whole number of images, got ${count}`);
  }
  const keep = parsePrefilter(options.prefilter, count);
  const pairs = graphPairs(count, sceneGraph).filter(keep);
  const reversed = options.symmetrize === false ? [] : pairs.map(([i, j]): Pair => [j, i]);
  return [...pairs, ...reversed].sort(comparePairs);
}

/** Leaves out (i, i), which says nothing about a second view, and repetitions, which only cost network time. */
export function withoutRedundantPairs(pairs: readonly Pair[]): Pair[] {
  const distinct = new Map(pairs.map((pair) => [pair.join(), pair]));
  return [...distinct.values()].filter(([i, j]) => i !== j);
}

const comparePairs = (a: Pair, b: Pair) => a[0] - b[0] || a[1] - b[1];

function graphPairs(count: number, sceneGraph: string): Pair[] {
  const match = /^(?:(complete)|(swin|logwin)(?:-(\d+))?(-noncyclic)?|(oneref)(?:-(\d+))?)$/.exec(sceneGraph);
  const name = match?.[1] ?? match?.[2] ?? match?.[5];
  const window = { reach: Number(match?.[3] ?? 3), cyclic: match?.[4] === undefined };
  switch (name) {
    case 'complete':
      return completePairs(count);
    case 'swin':
      return windowPairs(count, window.cyclic, linearOffsets(count, window.reach));
    case 'logwin':
      // The original leaves (i, i) out of this window, though not out of `swin`.
      return windowPairs(count, window.cyclic, doublingOffsets(count, window)).filter(([i, j]) => i !== j);
    case 'oneref':
      return referencePairs(count, Number(match?.[6] ?? 0));
    default:
      throw new RangeError(
        `makePairs: unknown scene graph '${sceneGraph}'; ` +
          'expected complete, swin[-w][-noncyclic], logwin[-w][-noncyclic] or oneref[-id]',
      );
  }
}

function completePairs(count: number): Pair[] {
  return indices(count).flatMap((i) => indices(i).map((j): Pair => [i, j]));
}

function referencePairs(count: number, reference: number): Pair[] {
  if (reference >= count) {
    throw new RangeError(`makePairs: the reference image ${reference} is not one of the ${count} images`);
  }
  return indices(count).flatMap((j): Pair[] => (j === reference ? [] : [[reference, j]]));
}

/** Offsets above the number of images only repeat pairs, so no window costs more than the complete graph. */
function linearOffsets(count: number, reach: number): number[] {
  return indices(Math.min(reach, count)).map((k) => k + 1);
}

/** ±2^k for k < reach, reduced modulo the count as they grow so that no window is too wide to compute. */
function doublingOffsets(count: number, { reach, cyclic }: { reach: number; cyclic: boolean }): number[] {
  const offsets: number[] = [];
  // The remainders of the powers of two repeat after at most `count` steps beyond the first log₂(count).
  for (let k = 0, power = 1; k < Math.min(reach, count + 32); k++) {
    offsets.push(power, -power);
    power = cyclic ? (2 * power) % Math.max(count, 1) : Math.min(2 * power, count);
  }
  return offsets;
}

/** Unordered pairs (smaller index first) of images that are one of the offsets apart. */
function windowPairs(count: number, cyclic: boolean, offsets: readonly number[]): Pair[] {
  const pairs = new Map<number, Pair>();
  for (const i of indices(count)) {
    for (const offset of offsets) {
      const j = cyclic ? (((i + offset) % count) + count) % count : i + offset;
      if (j < 0 || j >= count) continue;
      const [low, high] = [Math.min(i, j), Math.max(i, j)];
      pairs.set(low * count + high, [low, high]);
    }
  }
  return [...pairs.values()];
}

function parsePrefilter(prefilter: string | undefined, count: number): (pair: Pair) => boolean {
  if (prefilter === undefined) return () => true;
  const match = /^(seq|cyc)(\d+)$/.exec(prefilter);
  if (!match)
    throw new RangeError(`makePairs: unknown prefilter '${prefilter}'; expected seqK or cycK with a number K`);
  const reach = Number(match[2]);
  return ([i, j]) => {
    const apart = Math.abs(i - j);
    return apart <= reach || (match[1] === 'cyc' && Math.abs(count - apart) <= reach);
  };
}

const indices = (count: number) => Array.from({ length: count }, (_, i) => i);
