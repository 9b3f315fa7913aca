import { describe, expect, it } from '@jest/globals';
import { solvePositive } from '#geometry/cholesky.ts';
import { createFastRandom } from '#tensor/random.ts';
import { expectNear } from './arbitrary.ts';

describe('geometry/cholesky: solvePositive', () => {
  it('solves two equations by hand, from the lower triangle', () => {
    expectNear(solvePositive(Float64Array.of(4, 99, 2, 3), Float64Array.of(8, 8)) ?? [], [1, 2], 1e-15);
  });

  it('solves six equations of a random Gram matrix', () => {
    const { normal } = createFastRandom(1);
    const rows = Array.from({ length: 10 }, () => Array.from({ length: 6 }, normal));
    const gram = Float64Array.from({ length: 36 }, (_, k) => {
      return rows.reduce((sum, row) => sum + (row[Math.floor(k / 6)] as number) * (row[k % 6] as number), 0);
    });
    const truth = [1, -2, 3, -4, 5, -6];
    const right = Float64Array.from(truth, (_, i) =>
      truth.reduce((sum, x, j) => sum + x * (gram[6 * i + j] as number), 0),
    );
    expectNear(solvePositive(gram, right) ?? [], truth, 1e-10);
  });

  it('has no solution for a matrix that is not positive definite', () => {
    expect(solvePositive(Float64Array.of(1, 0, 2, 4), Float64Array.of(1, 1))).toBeUndefined();
    expect(solvePositive(Float64Array.of(1, 0, 2, 3), Float64Array.of(1, 1))).toBeUndefined();
    expect(solvePositive(Float64Array.of(Number.NaN), Float64Array.of(1))).toBeUndefined();
  });
});
