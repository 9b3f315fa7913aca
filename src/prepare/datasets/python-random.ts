const length = 624;
const shift = 397;

/** The generator of Python's `random` module: the same streams, draw by draw. */
export interface PythonRandom {
  /** 32 random bits. */
  uint32(): number;
  /** An integer in [0, count), for a count of at most 2³². */
  below(count: number): number;
  /** So many different items, in random order; all of them where there are no more. */
  sample<Item>(items: readonly Item[], count: number): Item[];
}

/** What `random.Random(seed)` returns. @param seed an integer from 0 to 2⁵³ − 1 */
export function createPythonRandom(seed: number): PythonRandom {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new RangeError(`createPythonRandom: the seed must be an integer from 0 to 2^53 - 1, got ${seed}`);
  const uint32 = mersenneTwister(seed >= 2 ** 32 ? [seed >>> 0, Math.floor(seed / 2 ** 32)] : [seed]);
  const below = (count: number) => {
    const unused = Math.clz32(count);
    // 2³² itself needs 33 bits, which are two draws; no list is that long.
    if (count < 1 || count >= 2 ** 32) throw new RangeError(`below: expected a count from 1 to 2^32 - 1, got ${count}`);
    for (;;) {
      const value = uint32() >>> unused;
      if (value < count) return value;
    }
  };
  return { uint32, below, sample: (items, count) => sample(below, items, Math.min(count, items.length)) };
}

/** Python draws from a shrinking list where that takes less memory than a set of the places taken. */
function sample<Item>(below: (count: number) => number, items: readonly Item[], count: number): Item[] {
  const setSize = count > 5 ? 21 + 4 ** Math.ceil(Math.log(count * 3) / Math.log(4)) : 21;
  if (items.length > setSize) return sampleBySet(below, items, count);
  const pool = [...items];
  return Array.from({ length: count }, (_, i) => {
    const place = below(pool.length - i);
    const taken = pool[place] as Item;
    pool[place] = pool[pool.length - i - 1] as Item;
    return taken;
  });
}

function sampleBySet<Item>(below: (count: number) => number, items: readonly Item[], count: number): Item[] {
  const taken = new Set<number>();
  while (taken.size < count) taken.add(below(items.length));
  return [...taken].map((place) => items[place] as Item);
}

/** MT19937, started from the words of a seed as its authors' init_by_array does. */
function mersenneTwister(key: readonly number[]): () => number {
  const state = seeded(key);
  let next = length;
  return () => {
    if (next === length) {
      twist(state);
      next = 0;
    }
    let y = state[next++] as number;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c_5680;
    y ^= (y << 15) & 0xefc6_0000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}

function twist(state: Uint32Array): void {
  for (let i = 0; i < length; i++) {
    const y = ((state[i] as number) & 0x8000_0000) | ((state[(i + 1) % length] as number) & 0x7fff_ffff);
    state[i] = (state[(i + shift) % length] as number) ^ (y >>> 1) ^ ((y & 1) === 0 ? 0 : 0x9908_b0df);
  }
}

function seeded(key: readonly number[]): Uint32Array {
  const state = new Uint32Array(length);
  state[0] = 19_650_218;
  for (let i = 1; i < length; i++) state[i] = Math.imul(folded(state, i), 1_812_433_253) + i;
  let i = 1;
  const advance = (value: number) => {
    state[i] = value;
    i += 1;
    if (i === length) {
      state[0] = state[length - 1] as number;
      i = 1;
    }
  };
  for (let k = 0; k < Math.max(length, key.length); k++) {
    const j = k % key.length;
    advance(((state[i] as number) ^ Math.imul(folded(state, i), 1_664_525)) + (key[j] as number) + j);
  }
  for (let k = 1; k < length; k++) advance(((state[i] as number) ^ Math.imul(folded(state, i), 1_566_083_941)) - i);
  state[0] = 0x8000_0000;
  return state;
}

function folded(state: Uint32Array, i: number): number {
  const before = state[i - 1] as number;
  return before ^ (before >>> 30);
}
