import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  codeToDepth,
  confidenceToLevel,
  depthScale,
  depthToCode,
  levelToConfidence,
  maxLevel,
} from '#viewer/scene-format.ts';

describe('viewer/scene-format', () => {
  it('keeps depths to less than a hundredth of a percent over a range of one to a thousand', () => {
    const scale = depthScale(0.5, 500);
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 500, noNaN: true }), (depth) => {
        expect(Math.abs(codeToDepth(depthToCode(depth, scale), scale) / depth - 1)).toBeLessThan(1e-4);
      }),
    );
  });

  it('stays within 16 bits and a few ten-thousandths when the farthest is a million times as far', () => {
    const scale = depthScale(1e-3, 1e6);
    expect([depthToCode(1e-3, scale), depthToCode(1e6, scale)]).toEqual([1, 65_535]);
    expect(codeToDepth(depthToCode(3, scale), scale) / 3).toBeCloseTo(1, 3);
  });

  it('spreads confidence levels evenly in the logarithm, and clamps what is beyond', () => {
    const range = { min: 1, max: 100 };
    expect([0, 1, 10, 100, 1000].map((value) => confidenceToLevel(value, range))).toEqual([
      0,
      0,
      128,
      maxLevel,
      maxLevel,
    ]);
    expect(levelToConfidence(0, range)).toBe(1);
    expect(levelToConfidence(maxLevel, range)).toBeCloseTo(100, 10);
  });

  it('gives a constant confidence the highest level, which no threshold hides', () => {
    expect([2, 3, 4].map((value) => confidenceToLevel(value, { min: 3, max: 3 }))).toEqual([
      maxLevel,
      maxLevel,
      maxLevel,
    ]);
  });
});
