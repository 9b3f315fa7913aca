import { readFileSync } from 'node:fs';
import { randomBatches } from '#data/sampler.ts';
import { createNumpyRandom, type NumpyRandom } from '#tensor/random.ts';
import { type Comparison, exactly } from './report.ts';

interface SamplerCase {
  readonly n: number;
  readonly batch: number;
  readonly pool: number;
  readonly world: number;
  readonly rank: number;
  readonly epoch: number;
  readonly len: number;
  /** [sample, resolution] in order. */
  readonly idx: readonly (readonly [number, number])[];
}

interface Draws {
  /** By the call in numpy that made them. */
  readonly rng: Readonly<Record<string, unknown>>;
  readonly sampler: readonly SamplerCase[];
}

/** numpy's random draws, and the batches of the original's sampler. */
export function compareDraws(path: string): Comparison[] {
  const { rng, sampler } = JSON.parse(readFileSync(path, 'utf8')) as Draws;
  return [
    ...Object.entries(rng).map(([call, expected]) => exactly(call, drawn(call), expected)),
    ...sampler.map(compareSampler),
  ];
}

function compareSampler({ n, batch, pool, world, rank, epoch, len, idx }: SamplerCase): Comparison {
  const options = { length: n, batchSize: batch, resolutions: pool, epoch, worldSize: world, rank };
  const order = randomBatches(options).flatMap(({ indices, resolution }) => indices.map((i) => [i, resolution]));
  const name = `sampler: ${n} samples, batches of ${batch}, ${pool} resolutions, epoch ${epoch}, rank ${rank} of ${world}`;
  return exactly(name, [order.length, order], [len, idx]);
}

/**
 * Makes the draws that a name spells out: "default_rng(777).integers(0,16) x8" draws 8 times, "integers(5,size=16)" gives
 * an array of 16.
 */
function drawn(call: string): unknown {
  const [, seed, method = '', text = '', times] =
    /^default_rng\((\d+)\)\.(\w+)\((.*?)\)+(?:\.hex| x(\d+))?$/.exec(call) ?? [];
  const draw = draws[method];
  if (!draw) throw new Error(`no draw is known for ${call}`);
  const random = createNumpyRandom(Number(seed));
  const size = /size=(\d+)/.exec(text)?.[1] ?? (method === 'random' ? text : undefined);
  const numbers = (text.replace(/,?size=\d+/, '').match(/-?\d+/g) ?? []).map(Number);
  const count = times ?? size;
  if (count === undefined) return draw(random, numbers);
  return Array.from({ length: Number(count) }, () => draw(random, numbers));
}

const draws: Readonly<Record<string, (random: NumpyRandom, numbers: readonly number[]) => unknown>> = {
  permutation: (random, [count = 0]) => random.permutation(count),
  shuffle: (random, [count = 0]) => {
    const items = Array.from({ length: count }, (_, i) => i);
    random.shuffle(items);
    return items;
  },
  integers: (random, [first = 0, second]) =>
    second === undefined ? random.integers(0, first) : random.integers(first, second),
  choice: (random, [count = 0]) => random.integers(0, count),
  random: (random) => random.random(),
  bytes: (random, [count = 0]) => Buffer.from(random.bytes(count)).toString('hex'),
};
