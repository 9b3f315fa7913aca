import { describe, expect, it } from '@jest/globals';
import { depthRow } from '#eval/metrics/depth-error.ts';

const truth = Float32Array.of(1, 2, 3, 4, 5);

describe('eval/metrics/depth-error', () => {
  it('does not mind the scale: depth times 3 is perfect, and the scale is told', () => {
    const row = depthRow(
      truth.map((z) => 3 * z),
      truth,
    );
    expect(row).toMatchObject({ inliers103: 1, inliers125: 1, pixels: 5 });
    expect(row?.absRel).toBeCloseTo(0, 7);
    expect(row?.scale).toBeCloseTo(1 / 3, 7);
  });

  it('sees a tenth too much everywhere as scale, and in two of five pixels as an AbsRel of 4 %', () => {
    const estimate = truth.map((z, i) => (i > 2 ? 1.1 * z : z));
    const row = depthRow(estimate, truth);
    expect(row?.absRel).toBeCloseTo(0.04, 6);
    expect([row?.inliers103, row?.inliers125]).toEqual([0.6, 1]);
    expect(
      depthRow(
        truth.map((z) => 1.1 * z),
        truth,
      )?.absRel,
    ).toBeCloseTo(0, 6);
  });

  it('takes the ratio of the medians, so that outliers do not move the scale', () => {
    expect(depthRow(Float32Array.of(1, 2, 3, 4, 5000), truth)?.scale).toBe(1);
  });

  it('counts too small as much as too large among the inliers', () => {
    const estimate = Float32Array.of(0.79, 2, 3, 4, 5 * 1.26);
    expect(depthRow(estimate, truth)?.inliers125).toBe(0.6);
  });

  it('leaves out pixels without truth or without estimate, and has nothing to say of none', () => {
    const estimate = Float32Array.of(Number.NaN, 2, Infinity, -4, 5);
    expect(depthRow(estimate, truth)).toMatchObject({ pixels: 2, scale: 1 });
    expect(depthRow(truth, new Float32Array(5).fill(-1))).toBeUndefined();
  });
});
