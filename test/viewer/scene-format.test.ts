import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  codeCount,
  codeToOffset,
  confidenceToLevel,
  levelToConfidence,
  maxLevel,
  offsetToCode,
  type PositionScale,
} from '#viewer/scene-format.ts';

describe('viewer/scene-format', () => {
  const scale: PositionScale = { origin: [0, 0, 0], unit: 0.5, logRange: Math.log1p(1e6 / 0.5) };

  it('keeps offsets to a few ten-thousandths of their size, even when the farthest is a million units away', () => {
    const offset = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(offset, (value) => {
        const error = Math.abs(codeToOffset(offsetToCode(value, scale), scale) - value);
        expect(error).toBeLessThan(3e-4 * (scale.unit + Math.abs(value)));
      }),
    );
  });

  it('codes zero and both ends exactly', () => {
    expect(codeToOffset(offsetToCode(0, scale), scale)).toBe(0);
    expect(offsetToCode(-1e6, scale)).toBe(0);
    expect(offsetToCode(1e6, scale)).toBe(codeCount - 1);
  });

  it('spreads confidence levels evenly in the logarithm', () => {
    const range = { min: 1, max: 100 };
    expect([1, 10, 100].map((confidence) => confidenceToLevel(confidence, range))).toEqual([0, 128, maxLevel]);
    expect(levelToConfidence(0, range)).toBe(1);
    expect(levelToConfidence(maxLevel, range)).toBeCloseTo(100, 10);
  });

  it('gives a constant confidence the highest level', () => {
    expect(confidenceToLevel(3, { min: 3, max: 3 })).toBe(maxLevel);
  });
});
