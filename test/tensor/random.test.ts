import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { createFastRandom, createNumpyRandom } from '#tensor/random.ts';

const { golden, extra } = JSON.parse(readFileSync('test/fixtures/numpy-random.json', 'utf8'));
const times = <T>(count: number, draw: () => T): T[] => Array.from({ length: count }, draw);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('tensor/random: createNumpyRandom', () => {
  it('permutes and shuffles as numpy does', () => {
    expect(createNumpyRandom(777).permutation(20)).toEqual(golden['default_rng(777).permutation(20)']);
    expect(createNumpyRandom(778).permutation(20)).toEqual(golden['default_rng(778).permutation(20)']);
    const items = times(20, () => 0).map((_, i) => i);
    createNumpyRandom(777).shuffle(items);
    expect(items).toEqual(golden['default_rng(777).shuffle(arange(20))']);
  });

  it("draws numpy's integers, negative ones and large ranges too", () => {
    const integers = (seed: number, count: number, [low, high]: [number, number]) => {
      const random = createNumpyRandom(seed);
      return times(count, () => random.integers(low, high));
    };
    expect(integers(777, 16, [0, 5])).toEqual(golden['default_rng(777).integers(5,size=16)']);
    expect(integers(777, 8, [0, 16])).toEqual(golden['default_rng(777).integers(0,16) x8']);
    expect(integers(777, 8, [-4, 5])).toEqual(golden['default_rng(777).integers(-4,5) x8']);
    expect(integers(3, 4, [0, 2 ** 32])).toEqual(extra['default_rng(3).integers(0,2**32) x4']);
    expect(integers(3, 6, [0, 3e9])).toEqual(extra['default_rng(3).integers(0,3000000000) x6']);
  });

  it("draws numpy's choices, doubles and bytes", () => {
    const random = createNumpyRandom(777);
    expect(times(16, () => random.choice([0, 1]))).toEqual(golden['default_rng(777).choice(2) x16']);
    expect(times(4, createNumpyRandom(777).random)).toEqual(golden['default_rng(777).random(4)']);
    expect(times(4, createNumpyRandom(0).random)).toEqual(golden['default_rng(0).random(4)']);
    expect(hex(createNumpyRandom(777).bytes(8))).toBe(golden['default_rng(777).bytes(8).hex']);
  });

  it('takes seeds of any size', () => {
    const first3 = (seed: bigint) => times(3, createNumpyRandom(seed).random);
    expect(first3(2n ** 70n + 5n)).toEqual(extra['default_rng(2**70+5).random(3)']);
    expect(first3(2n ** 200n + 12345678901234567890n)).toEqual(
      extra['default_rng(2**200+12345678901234567890).random(3)'],
    );
  });

  it('keeps the buffered half of a draw across doubles, as numpy does', () => {
    const random = createNumpyRandom(42);
    const drawn = [random.integers(0, 7), random.random(), random.integers(0, 1000), random.uniform(-2, 3)];
    expect([...drawn, hex(random.bytes(5)), random.permutation(6)]).toEqual(
      extra['default_rng(42): integers(7), random, integers(1000), uniform(-2,3), bytes(5).hex, permutation(6)'],
    );
  });

  it('draws nothing for a range of one value', () => {
    const [drawing, resting] = [createNumpyRandom(1), createNumpyRandom(1)];
    expect(drawing.integers(4, 5)).toBe(4);
    expect(drawing.random()).toBe(resting.random());
  });

  it('refuses seeds and ranges that numpy has no stream for', () => {
    expect(() => createNumpyRandom(-1)).toThrow('the seed must be an integer ≥ 0, got -1');
    expect(() => createNumpyRandom(0.5)).toThrow('got 0.5');
    expect(() => createNumpyRandom(1).integers(3, 3)).toThrow('expected 1 to 2^32 integers in [low, high), got [3, 3)');
    expect(() => createNumpyRandom(1).choice([])).toThrow(RangeError);
  });
});

describe('tensor/random: createFastRandom', () => {
  const mean = (values: Float32Array) => values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = (values: Float32Array) => mean(values.map((x) => x * x)) - mean(values) ** 2;

  it('repeats itself for a seed and differs between close seeds', () => {
    expect(times(8, createFastRandom(5).uint32)).toEqual(times(8, createFastRandom('5').uint32));
    const streams = times(200, () => 0).map((_, seed) => createFastRandom(seed).uint32());
    expect(new Set(streams).size).toBe(200);
  });

  it('fills as if it drew one by one', () => {
    const [one, bulk] = [createFastRandom(9), createFastRandom(9)];
    const filled = new Float32Array(100);
    bulk.fillUniform(filled, -1, 3);
    expect([...filled]).toEqual(times(100, () => Math.fround(-1 + 4 * one.uniform())));
    expect(bulk.uint32()).toBe(one.uint32());
  });

  it('is uniform: mean, variance and every bit', () => {
    const values = new Float32Array(200_000);
    const random = createFastRandom('uniform');
    random.fillUniform(values, 2, 5);
    expect(mean(values)).toBeCloseTo(3.5, 1.9);
    expect(variance(values)).toBeCloseTo(9 / 12, 1.9);
    expect(values.every((x) => x >= 2 && x <= 5)).toBe(true);
    const words = times(20_000, random.uint32);
    for (let bit = 0; bit < 32; bit++) {
      const ones = words.filter((word) => (word >>> bit) & 1).length;
      expect(Math.abs(ones - 10_000)).toBeLessThan(400);
    }
  });

  it('is normal: mean, spread and tails', () => {
    const values = new Float32Array(200_000);
    createFastRandom('normal').fillNormal(values, 2);
    expect(mean(values)).toBeCloseTo(0, 1.5);
    expect(variance(values)).toBeCloseTo(4, 1);
    const beyond = values.filter((x) => Math.abs(x) > 4).length / values.length;
    expect(beyond).toBeCloseTo(0.0455, 2.4);
  });

  it('draws every integer below a bound equally often', () => {
    const counts = new Array(7).fill(0);
    const random = createFastRandom(11);
    for (let i = 0; i < 70_000; i++) counts[random.integer(7)]++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});
