import { describe, expect, it } from '@jest/globals';
import { calibrate, rankCorrelation } from '#eval/metrics/calibration.ts';

const errors = Float64Array.from({ length: 1000 }, (_, i) => ((i * 379) % 1000) / 1000);
const trusting = errors.map((e) => 10 - e);

describe('eval/metrics/calibration', () => {
  it('finds confidence that is in order perfect', () => {
    const found = calibrate(trusting, errors);
    expect(found).toMatchObject({ pixels: 1000, isMonotonic: true, rankCorrelation: -1 });
    expect(found?.ause).toBeCloseTo(0, 12);
    expect(found?.deciles).toHaveLength(10);
    expect(found?.deciles[0]?.meanError).toBeCloseTo(0.9495, 10);
    expect(found?.deciles[9]?.meanError).toBeCloseTo(0.0495, 10);
    expect(found?.deciles[9]?.meanConfidence).toBeCloseTo(10 - 0.0495, 10);
  });

  it('finds confidence against the errors as bad as can be', () => {
    const found = calibrate(errors, errors);
    expect(found).toMatchObject({ isMonotonic: false, rankCorrelation: 1 });
    expect(found?.ause).toBeGreaterThan(0.9);
  });

  it('gives confidence that says nothing no correlation, and an AUSE between', () => {
    const found = calibrate(new Float64Array(1000).fill(2), errors);
    expect(found?.rankCorrelation).toBeNull();
    expect(found?.ause).toBeGreaterThan(0.3);
    expect(found?.ause).toBeLessThan(0.7);
  });

  it('tells the mean error of what is left: by hand, the better half of errors 0 … 1 has half the mean', () => {
    const half = calibrate(trusting, errors)?.sparsification[10];
    expect(half?.removed).toBe(0.5);
    expect(half?.error).toBeCloseTo(0.2495 / 0.4995, 10);
    expect(half?.oracle).toBeCloseTo(0.2495 / 0.4995, 10);
  });

  it('gives equal values their mean rank', () => {
    expect(rankCorrelation([1, 2, 2, 3], [1, 2, 2, 3])).toBeCloseTo(1, 12);
    // Ranks 0, 1.5, 1.5, 3 against 0, 1, 2, 3: 4.5 / √(4.5 · 5).
    expect(rankCorrelation([1, 2, 2, 3], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(22.5), 12);
  });

  it('needs ten pixels, and is well with errors of 0', () => {
    expect(calibrate([1, 2], [1, 2])).toBeUndefined();
    expect(calibrate(trusting, new Float64Array(1000))).toMatchObject({ isMonotonic: true, ause: 0 });
  });
});
