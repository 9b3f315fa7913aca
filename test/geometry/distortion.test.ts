import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Distortion, distort, undistort, validRadius } from '#geometry/distortion.ts';

const barrel: Distortion = { model: 'brown', coefficients: [-0.12, 0.03, 0.001, -0.002] };
const fisheye: Distortion = { model: 'fisheye', coefficients: [0.0432, 0.0096, -0.0063, 0.0012] };

function seenAt(distortion: Distortion, x: number, y: number): [number, number] {
  const seen = new Float64Array(2);
  distort(distortion, x, y, seen);
  return [seen[0] as number, seen[1] as number];
}

describe('geometry/distortion: distort', () => {
  it('leaves the middle, and everything where all coefficients are 0', () => {
    for (const distortion of [barrel, fisheye]) expect(seenAt(distortion, 0, 0)).toEqual([0, 0]);
    expect(seenAt({ model: 'brown', coefficients: [] }, 0.4, -0.3)).toEqual([0.4, -0.3]);
  });

  it('sees a fisheye lens’ ray at its angle to the axis, in radians', () => {
    const [x, y] = seenAt({ model: 'fisheye', coefficients: [] }, 0.6, 0.8);
    expect(Math.hypot(x, y)).toBeCloseTo(Math.PI / 4, 12);
    expect(y / x).toBeCloseTo(0.8 / 0.6, 12);
  });
});

describe('geometry/distortion: undistort', () => {
  it('finds the ray of every point that is seen', () => {
    const coordinate = fc.double({ min: -0.9, max: 0.9, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(barrel, fisheye), coordinate, coordinate, (distortion, x, y) => {
        const found = undistort(distortion, ...seenAt(distortion, x, y));
        expect(Math.hypot(found[0] - x, found[1] - y)).toBeLessThan(1e-7);
      }),
      { numRuns: 60 },
    );
  });

  it('finds rays nearly at right angles to a fisheye lens’ axis', () => {
    const [x] = undistort({ model: 'fisheye', coefficients: [0.01, -0.002] }, 1.4, 0);
    expect(Math.atan(x)).toBeGreaterThan(1.3);
    expect(seenAt({ model: 'fisheye', coefficients: [0.01, -0.002] }, x, 0)[0]).toBeCloseTo(1.4, 8);
  });

  it('refuses what no ray reaches', () => {
    expect(() => undistort({ model: 'brown', coefficients: [-0.3] }, 2, 0)).toThrow(
      'the lens (brown -0.3) sees no ray at (2, 0)',
    );
  });
});

describe('geometry/distortion: validRadius', () => {
  it('ends where the image would turn back on itself', () => {
    // r - 0.12 r^3 is largest at r = 1 / sqrt(0.36)
    expect(validRadius({ model: 'brown', coefficients: [-0.12, 0, 0.01, 0.02] })).toBeCloseTo(1 / 0.6, 1);
  });

  it('is without end for a lens that only spreads', () => {
    expect(validRadius({ model: 'brown', coefficients: [0.08] })).toBe(Number.POSITIVE_INFINITY);
    expect(validRadius({ model: 'fisheye', coefficients: [] })).toBe(Number.POSITIVE_INFINITY);
  });
});
