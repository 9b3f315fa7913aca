import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { matchReciprocal } from '#geometry/match.ts';
import { transformPoints } from '#geometry/rigid.ts';
import { createFastRandom, createNumpyRandom } from '#tensor/random.ts';
import { aRigidTransform } from './arbitrary.ts';

const pairsOf = ({ first, second }: { first: Uint32Array; second: Uint32Array }) =>
  Array.from(first, (i, m) => [i, second[m] as number]);

describe('geometry/match: matchReciprocal', () => {
  it('matches by hand: only neighbours that choose each other', () => {
    const first = Float32Array.of(0, 0, 0, 1, 0, 0, 9, 9, 9);
    const second = Float32Array.of(1.2, 0, 0, 0.1, 0, 0);
    expect(pairsOf(matchReciprocal(first, second))).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  it('finds where a shuffle put every point', () => {
    const order = createNumpyRandom(1).permutation(500);
    const { random } = createNumpyRandom(2);
    const points = Float32Array.from({ length: 1500 }, random);
    const shuffled = Float32Array.from(order.flatMap((i) => [...points.subarray(3 * i, 3 * i + 3)]));
    const matches = pairsOf(matchReciprocal(points, shuffled));
    expect(matches.length).toBe(500);
    expect(matches.every(([i, j]) => order[j as number] === i)).toBe(true);
  });

  it('does not depend on the frame, nor on which set comes first', () => {
    fc.assert(
      fc.property(fc.integer(), aRigidTransform, (seed, transform) => {
        const { normal } = createFastRandom(seed);
        const [a, b] = [Float64Array.from({ length: 60 }, normal), Float64Array.from({ length: 45 }, normal)];
        const matches = pairsOf(matchReciprocal(a, b));
        const swapped = pairsOf(matchReciprocal(b, a)).map(([i, j]) => [j, i] as const);
        expect(swapped.sort((x, y) => (x[0] as number) - (y[0] as number))).toEqual(matches);
        expect(pairsOf(matchReciprocal(transformPoints(transform, a), transformPoints(transform, b)))).toEqual(matches);
      }),
    );
  });

  it('never matches points that are not finite', () => {
    const points = Float32Array.of(Number.NaN, 0, 0, 1, 1, 1);
    expect(pairsOf(matchReciprocal(points, points))).toEqual([[1, 1]]);
    expect(pairsOf(matchReciprocal(points, new Float32Array(0)))).toEqual([]);
  });
});
