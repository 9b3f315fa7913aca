import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Matrix3, multiply3, transpose3 } from '#geometry/rigid.ts';
import { cross, svd3 } from '#geometry/svd3.ts';
import { expectNear, pointsOf } from './arbitrary.ts';

const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];

function expectDecomposition(matrix: Matrix3): void {
  const { U, S, V } = svd3(matrix);
  const scale = Math.max(...matrix.map(Math.abs));
  const product = multiply3(
    multiply3(
      U,
      Float64Array.from({ length: 9 }, (_, i) => (i % 4 === 0 ? (S[i / 4] as number) : 0)),
    ),
    transpose3(V),
  );
  expectNear(product, matrix, 1e-14 * scale);
  expectNear(multiply3(transpose3(U), U), identity, 1e-13);
  expectNear(multiply3(transpose3(V), V), identity, 1e-13);
  expect([...S]).toEqual([...S].sort((a, b) => b - a));
  expect(S[2]).toBeGreaterThanOrEqual(0);
}

describe('geometry/svd3: svd3', () => {
  it('decomposes a diagonal matrix by hand: sorts, and takes signs into the bases', () => {
    const { S } = svd3(Float64Array.of(2, 0, 0, 0, -5, 0, 0, 0, 3));
    expectNear(S, [5, 3, 2], 1e-15);
  });

  it('decomposes any matrix', () => {
    fc.assert(fc.property(pointsOf(3), expectDecomposition), { numRuns: 500 });
  });

  it('decomposes matrices of every rank and size', () => {
    for (const size of [1e-150, 1e-9, 1, 1e9, 1e150]) {
      for (const values of [
        [0, 0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 4, 0, 0, 0],
        [1, 2, 3, 2, 4, 6, -1, -2, -3],
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 1, 1, 1, 1, 1 + 1e-12, 1, 1 - 1e-12, 1],
        identity,
      ]) {
        expectDecomposition(Float64Array.from(values, (x) => x * size));
      }
    }
  });

  it('finds small singular values to their own accuracy', () => {
    const S = svd3(Float64Array.of(1, 0, 0, 0, 1e-9, 0, 0, 0, 1e-18)).S;
    expect((S[2] as number) / 1e-18).toBeCloseTo(1, 9);
  });

  it('refuses values that are not finite', () => {
    expect(() => svd3(Float64Array.of(1, 0, 0, 0, Number.NaN, 0, 0, 0, 1))).toThrow('svd3: expected finite values');
  });
});

describe('geometry/svd3: cross', () => {
  it('turns x and y into z', () => {
    expect([...cross([1, 0, 0], [0, 1, 0])]).toEqual([0, 0, 1]);
  });
});
