import { describe, expect, it } from '@jest/globals';
import { cellNoise, fractalNoise, spaceNoise, tilingNoise } from '#render/noise.ts';

describe('render/noise', () => {
  it('repeats after its period and is smooth', () => {
    for (const [x, y] of [
      [0.3, 2.7],
      [3.9, 0.1],
    ] as const) {
      expect(tilingNoise(x + 4, y - 4, 4, 9)).toBeCloseTo(tilingNoise(x, y, 4, 9), 10);
      expect(Math.abs(tilingNoise(x + 1e-4, y, 4, 9) - tilingNoise(x, y, 4, 9))).toBeLessThan(1e-3);
      expect(cellNoise(x + 4, y, 4, 9).distance).toBeCloseTo(cellNoise(x, y, 4, 9).distance, 10);
    }
  });

  it('stays in its range and fills most of it', () => {
    const values = Array.from({ length: 2000 }, (_, i) => tilingNoise(i * 0.37, i * 0.11, 64, 3));
    const space = Array.from({ length: 2000 }, (_, i) => spaceNoise([i * 0.37, i * 0.11, i * 0.23], 3));
    for (const [list, low] of [
      [values, 0],
      [space, -1],
    ] as const) {
      expect(Math.min(...list)).toBeGreaterThanOrEqual(low);
      expect(Math.max(...list)).toBeLessThanOrEqual(1);
      expect(Math.max(...list) - Math.min(...list)).toBeGreaterThan(0.6 * (1 - low));
    }
    expect(fractalNoise(0.3, 0.6, { cells: 4, octaves: 5, seed: 1 })).not.toBe(
      fractalNoise(0.3, 0.6, { cells: 4, octaves: 5, seed: 2 }),
    );
  });
});
