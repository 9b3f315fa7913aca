import { describe, expect, it } from '@jest/globals';
import { createPythonRandom } from '#prepare/datasets/python-random.ts';

const below = (count: number) => Array.from({ length: count }, (_, i) => i);

/** The numbers are those of Python 3.11. */
describe('prepare/datasets/python-random: createPythonRandom', () => {
  it.each([
    [0, [3626764237, 1654615998, 3255389356]],
    [42, [2746317213, 478163327, 107420369]],
    [2 ** 32 + 5, [675479763, 2085189291, 1213270837]],
  ])('gives the bits of random.Random(%d)', (seed, expected) => {
    const random = createPythonRandom(seed);
    expect(expected.map(() => random.uint32())).toEqual(expected);
  });

  it('goes on after the generator has turned over', () => {
    const random = createPythonRandom(42);
    const drawn = Array.from({ length: 1300 }, () => random.uint32());
    expect([623, 624, 1299].map((at) => drawn[at])).toEqual([2929454134, 1071722055, 1463320861]);
  });

  it('samples as random.sample does, from short lists and from long ones', () => {
    expect(createPythonRandom(42).sample(below(10), 10)).toEqual([1, 0, 4, 9, 6, 5, 8, 2, 3, 7]);
    expect(createPythonRandom(43).sample(below(85), 6)).toEqual([4, 36, 18, 59, 47, 12]);
    expect(createPythonRandom(43).sample(below(86), 6)).toEqual([4, 36, 18, 59, 47, 85]);
    expect(createPythonRandom(7).sample(below(5000), 12)).toEqual([
      2652, 1235, 3234, 395, 593, 4389, 771, 2995, 4774, 475, 4156, 1758,
    ]);
    const random = createPythonRandom(7);
    random.sample([...'abc'], 2);
    expect(random.sample([...'abcdefghijklmnopqrstuvwxyz'], 5)).toEqual(['m', 'u', 'b', 'c', 'r']);
  });

  it('takes all where there are no more, and never more than once', () => {
    expect(createPythonRandom(1).sample(below(3), 9).sort()).toEqual([0, 1, 2]);
    expect(createPythonRandom(1).sample([], 5)).toEqual([]);
    expect(new Set(createPythonRandom(5).sample(below(400), 50)).size).toBe(50);
  });

  it('refuses seeds and counts that it has no stream for', () => {
    expect(() => createPythonRandom(-1)).toThrow(/must be an integer from 0/);
    expect(() => createPythonRandom(0.5)).toThrow(/must be an integer from 0/);
    expect(() => createPythonRandom(0).below(0)).toThrow(/expected a count from 1/);
  });
});
