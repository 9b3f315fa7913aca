import { describe, expect, it } from '@jest/globals';
import { drawFrames, frameCombos } from '#data/published/sequence-pairs.ts';
import { createNumpyRandom } from '#tensor/random.ts';

describe('data/published/sequence-pairs: frameCombos', () => {
  it('lists the 495 pairs of 100 places that are 5 to 30 apart in fives, the first place first', () => {
    const combos = frameCombos();
    expect(combos).toHaveLength(495);
    expect(combos.slice(0, 7).join(' ')).toBe('0,5 0,10 0,15 0,20 0,25 0,30 1,6');
    expect(combos.at(-1)).toEqual([94, 99]);
    expect(combos.every(([i, j]) => i < j && j < 100 && (j - i) % 5 === 0 && j - i <= 30)).toBe(true);
    const numbers = combos.map(([i, j]) => 100 * i + j);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });
});

describe('data/published/sequence-pairs: drawFrames', () => {
  it('moves the second place, then the first, by what numpy draws', () => {
    // rng = np.random.default_rng(780); rng.integers(-4, 5), rng.integers(-4, 5)
    const moves: Readonly<Record<number, readonly [number, number]>> = {
      777: [4, 1],
      780: [3, -1],
      785: [2, 0],
      786: [-2, 4],
    };
    for (const [seed, [second, first]] of Object.entries(moves)) {
      expect(drawFrames([40, 60], 100, createNumpyRandom(Number(seed)))).toEqual([40 + first, 60 + second]);
    }
  });

  it('keeps both places within the sequence', () => {
    for (let seed = 0; seed < 50; seed++) {
      const [first, second] = drawFrames([0, 95], 97, createNumpyRandom(seed));
      expect(first).toBeGreaterThanOrEqual(0);
      expect(second).toBeLessThanOrEqual(96);
      expect(drawFrames([50, 80], 1, createNumpyRandom(seed))).toEqual([0, 0]);
    }
  });
});
