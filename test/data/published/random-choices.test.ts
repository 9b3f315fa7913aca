import { describe, expect, it } from '@jest/globals';
import { drawsMask, maskBackgroundArgument, tossCoin } from '#data/published/random-choices.ts';
import { createNumpyRandom } from '#tensor/random.ts';

describe('data/published/random-choices', () => {
  it("tosses numpy's coins", () => {
    const random = createNumpyRandom(777);
    // rng = np.random.default_rng(777); [rng.choice(2) for _ in range(12)]
    const coins = Array.from({ length: 12 }, () => Number(tossCoin(random)));
    expect(coins).toEqual([1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0]);
  });

  it("draws for mask_bg='rand' only", () => {
    const random = createNumpyRandom(777);
    expect([drawsMask(true, random), drawsMask(false, random)]).toEqual([true, false]);
    expect(['rand', 'rand', 'rand'].map(() => drawsMask('rand', random))).toEqual([true, true, false]);
  });

  it('reads the three values of mask_bg', () => {
    const { read, default: byDefault } = maskBackgroundArgument('rand');
    expect(byDefault).toBe('rand');
    expect([true, false, 'rand'].map(read)).toEqual([true, false, 'rand']);
    expect(() => read(null)).toThrow(new TypeError("expected True or False or 'rand', got None"));
  });
});
