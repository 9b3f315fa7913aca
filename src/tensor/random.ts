const MASK32 = 0xffff_ffffn;
const MASK64 = (1n << 64n) - 1n;
const MASK128 = (1n << 128n) - 1n;

/** The generator that `numpy.random.default_rng(seed)` returns: the same streams, draw by draw (spec 10.1). */
export interface NumpyRandom {
  /** A double in [0, 1). */
  random(): number;
  /** A double in [low, high). */
  uniform(low: number, high: number): number;
  /** An integer in [low, high); at most 2³² values. */
  integers(low: number, high: number): number;
  /** One of the items, each as likely. */
  choice<Item>(items: readonly Item[]): Item;
  /** Shuffles the items in place. */
  shuffle<Item>(items: Item[]): void;
  /** The integers below count in random order. */
  permutation(count: number): number[];
  bytes(count: number): Uint8Array;
}

/** @param seed an integer ≥ 0, of any size as a bigint. */
export function createNumpyRandom(seed: number | bigint): NumpyRandom {
  const nextUint64 = pcg64(seedWords(seed));
  const nextUint32 = halves(nextUint64);
  const random = () => Number(nextUint64() >> 11n) * 2 ** -53;
  const integers = (low: number, high: number) => low + lemire(nextUint32, countValues(low, high));
  const shuffle = <Item>(items: Item[]) => {
    for (let i = items.length - 1; i > 0; i--) {
      const j = maskedBelow(nextUint32, i);
      [items[i], items[j]] = [items[j] as Item, items[i] as Item];
    }
  };
  return {
    random,
    uniform: (low, high) => low + (high - low) * random(),
    integers,
    choice: <Item>(items: readonly Item[]) => items[integers(0, items.length)] as Item,
    shuffle,
    permutation: (count) => {
      const order = Array.from({ length: count }, (_, i) => i);
      shuffle(order);
      return order;
    },
    bytes: (count) => {
      const words = new DataView(new ArrayBuffer(4 * Math.ceil(count / 4)));
      for (let at = 0; at < count; at += 4) words.setUint32(at, nextUint32(), true);
      return new Uint8Array(words.buffer, 0, count);
    },
  };
}

function countValues(low: number, high: number): number {
  const count = high - low;
  if (Number.isSafeInteger(low) && Number.isSafeInteger(high) && count >= 1 && count <= 2 ** 32) return count;
  throw new RangeError(`integers: expected 1 to 2^32 integers in [low, high), got [${low}, ${high})`);
}

/** Lemire's unbiased integer below `count`. A single possible value draws nothing. */
function lemire(nextUint32: () => number, count: number): number {
  if (count === 1) return 0;
  const rejectBelow = 2 ** 32 % count;
  for (;;) {
    const product = BigInt(nextUint32()) * BigInt(count);
    if (Number(product & MASK32) >= rejectBelow) return Number(product >> 32n);
  }
}

/** An integer in [0, last] by masked rejection, which is what numpy's shuffle uses. */
function maskedBelow(nextUint32: () => number, last: number): number {
  const mask = 0xffff_ffff >>> Math.clz32(last);
  for (;;) {
    const value = (nextUint32() & mask) >>> 0;
    if (value <= last) return value;
  }
}

/** Splits each 64-bit draw in two: the low half now, the high half at the next call. */
function halves(nextUint64: () => bigint): () => number {
  let high: number | undefined;
  return () => {
    if (high !== undefined) {
      const buffered = high;
      high = undefined;
      return buffered;
    }
    const value = nextUint64();
    high = Number(value >> 32n);
    return Number(value & MASK32);
  };
}

/** PCG XSL-RR 128/64, started from the eight words of `seedWords`. */
function pcg64(words: Uint32Array): () => bigint {
  const quad = (i: number) => BigInt(words[2 * i] as number) | (BigInt(words[2 * i + 1] as number) << 32n);
  const increment = ((((quad(2) << 64n) | quad(3)) << 1n) | 1n) & MASK128;
  const step = (from: bigint) => (from * 0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645n + increment) & MASK128;
  let state = step(increment + ((quad(0) << 64n) | quad(1)));
  return () => {
    state = step(state);
    const mixed = (state >> 64n) ^ (state & MASK64);
    const turn = state >> 122n;
    return ((mixed >> turn) | (mixed << (64n - turn))) & MASK64;
  };
}

/** numpy's SeedSequence: an integer of any size spread over eight 32-bit words. */
function seedWords(seed: number | bigint): Uint32Array {
  const entropy = integerWords(seed);
  let constant = 0x43b0_d7e5;
  const hash = (value: number) => {
    const xored = value ^ constant;
    constant = Math.imul(constant, 0x931e_8875);
    return foldHigh(Math.imul(xored, constant));
  };
  const mix = (x: number, y: number) => foldHigh(Math.imul(0xca01_f9dd, x) - Math.imul(0x4973_f715, y));
  const pool = Uint32Array.from({ length: 4 }, (_, i) => hash(entropy[i] ?? 0));
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) {
      if (from !== to) pool[to] = mix(pool[to] as number, hash(pool[from] as number));
    }
  }
  for (const word of entropy.slice(4)) {
    for (let to = 0; to < 4; to++) pool[to] = mix(pool[to] as number, hash(word));
  }
  return generateState(pool);
}

function generateState(pool: Uint32Array): Uint32Array {
  let constant = 0x8b51_f9dd;
  return Uint32Array.from({ length: 8 }, (_, i) => {
    const xored = (pool[i % 4] as number) ^ constant;
    constant = Math.imul(constant, 0x58f3_8ded);
    return foldHigh(Math.imul(xored, constant));
  });
}

const foldHigh = (value: number) => value ^ ((value >>> 0) >>> 16);

/** The little-endian 32-bit words of an integer; 0 is one word. */
function integerWords(seed: number | bigint): number[] {
  const isWhole = typeof seed === 'bigint' || Number.isSafeInteger(seed);
  if (!isWhole || seed < 0) throw new RangeError(`createNumpyRandom: the seed must be an integer ≥ 0, got ${seed}`);
  const words: number[] = [];
  for (let rest = BigInt(seed); rest > 0n || words.length === 0; rest >>= 32n) words.push(Number(rest & MASK32));
  return words;
}

/** A small fast generator for bulk work such as initial weights: sfc32, good in PractRand to terabytes. */
export interface FastRandom {
  /** An integer in [0, 2³²). */
  uint32(): number;
  /** A multiple of 2⁻³² in [0, 1). */
  uniform(): number;
  /** A draw of the standard normal distribution. */
  normal(): number;
  /** An integer in [0, count), for a count of at most 2³². */
  integer(count: number): number;
  fillUniform(target: Float32Array, low: number, high: number): void;
  fillNormal(target: Float32Array, std: number): void;
}

/** The same seed gives the same stream on every machine; a number and its decimal string are one seed. */
export function createFastRandom(seed: number | string): FastRandom {
  const state = hashSeed(String(seed));
  const one = new Float64Array(1);
  const uniform = () => {
    sfc32Fill(state, one, 0, 2 ** -32);
    return one[0] as number;
  };
  const uint32 = () => uniform() * 2 ** 32;
  const normal = polarNormal(uniform);
  return {
    uint32,
    uniform,
    normal,
    integer: (count) => lemire(uint32, countValues(0, count)),
    fillUniform: (target, low, high) => sfc32Fill(state, target, low, (high - low) * 2 ** -32),
    fillNormal: (target, std) => {
      for (let i = 0; i < target.length; i++) target[i] = std * normal();
    },
  };
}

/** Fills with low + step · (32 random bits). The state stays in locals: read per number, it would halve the speed. */
function sfc32Fill(state: Int32Array, target: Float32Array | Float64Array, low: number, step: number): void {
  let [a, b, c, counter] = state as unknown as [number, number, number, number];
  for (let i = 0; i < target.length; i++) {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    target[i] = low + step * (sum >>> 0);
  }
  state.set([a, b, c, counter]);
}

/** Four words from a string (FNV-1a, once for each word), stirred so that close seeds give unrelated streams. */
function hashSeed(seed: string): Int32Array {
  const state = new Int32Array(4);
  for (let word = 0; word < 3; word++) {
    let hash = 0x811c_9dc5 ^ word;
    for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x0100_0193);
    state[word] = hash;
  }
  state[3] = 1;
  sfc32Fill(state, new Float64Array(16), 0, 1);
  return state;
}

/** Marsaglia's polar method: two normals from each accepted point of the unit disc. */
function polarNormal(uniform: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * factor;
      return x * factor;
    }
  };
}
