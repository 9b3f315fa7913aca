import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { realQuarticRoots } from '#geometry/quartic.ts';
import { expectNear } from './arbitrary.ts';

const ascending = (values: readonly number[]) => [...values].sort((a, b) => a - b);

/** lead · (x² + bx + c)(x² + dx + e) */
const product = (lead: number, [b, c]: readonly [number, number], [d, e]: readonly [number, number]) =>
  [lead, lead * (b + d), lead * (c + b * d + e), lead * (b * e + c * d), lead * c * e] as const;

describe('geometry/quartic: realQuarticRoots', () => {
  it('finds four roots by hand: 1, 2, 3 and 4', () => {
    expectNear(ascending(realQuarticRoots([1, -10, 35, -50, 24])), [1, 2, 3, 4], 1e-12);
  });

  it('finds separate real roots of any size', () => {
    const gap = fc.double({ min: 0.1, max: 3, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(gap, gap, gap), fc.double({ min: -5, max: 5, noNaN: true }), (gaps, first) => {
        const roots = [first, first + gaps[0], first + gaps[0] + gaps[1], first + gaps[0] + gaps[1] + gaps[2]] as const;
        const [p, q, r, s] = roots;
        const found = realQuarticRoots([...product(-3, [-p - q, p * q], [-r - s, r * s])]);
        expectNear(ascending(found), roots, 1e-7);
      }),
    );
  });

  it('leaves out complex roots', () => {
    expectNear(ascending(realQuarticRoots([...product(2, [0, -1], [0, 1])])), [-1, 1], 1e-12);
    expect(realQuarticRoots([1, 0, 0, 0, 1])).toEqual([]);
  });

  it('finds the roots 0 of x⁴ and none without a leading coefficient', () => {
    expect(realQuarticRoots([2, 0, 0, 0, 0])).toEqual([0, 0, 0, 0]);
    expect(realQuarticRoots([0, 1, 2, 3, 4])).toEqual([]);
    expect(realQuarticRoots([Number.NaN, 1, 2, 3, 4])).toEqual([]);
  });
});
