import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { gridPositions, positionTable, rope2d, rope2dTable } from '#model/rope2d.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose, expectGradient } from '#test/support/expect-close.ts';
import { expectNoLeak } from '#test/support/no-leak.ts';
import { randomTensor } from '#test/support/tiny-model.ts';

useBackend();

type Position = readonly [y: number, x: number];
const BASE = 100;

/** One head of one token, turned by its position. */
function rotate(features: readonly number[], position: Position): number[] {
  const D = features.length;
  return tf.tidy(() => {
    const turned = rope2d(tf.tensor4d([...features], [1, 1, 1, D]), positionTable([position], D, BASE));
    return [...turned.dataSync()];
  });
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
const feature = fc.float({ min: -1, max: 1, noNaN: true });
const head = fc.array(feature, { minLength: 8, maxLength: 8 });
const index = fc.integer({ min: 0, max: 40 });
const position = fc.tuple(index, index);

describe('model/rope2d: gridPositions', () => {
  it('counts (y, x) row by row from zero', () => {
    expect([...gridPositions({ rows: 2, columns: 3 })]).toEqual([0, 0, 0, 1, 0, 2, 1, 0, 1, 1, 1, 2]);
  });
});

describe('model/rope2d: rope2d', () => {
  it('turns the pair of a half by its position, by hand', () => {
    const [c2, s2, c3, s3] = [Math.cos(2), Math.sin(2), Math.cos(3), Math.sin(3)];
    expectClose(rotate([1, 10, 100, 1000], [2, 3]), [
      c2 - 10 * s2,
      10 * c2 + s2,
      100 * c3 - 1000 * s3,
      1000 * c3 + 100 * s3,
    ]);
  });

  it('pairs a feature with the one a quarter further on, and slows down by √base per feature at D = 8', () => {
    const [c, s, slowC, slowS] = [Math.cos(5), Math.sin(5), Math.cos(0.5), Math.sin(0.5)];
    expectClose(rotate([1, 0, 0, 0, 0, 0, 0, 0], [5, 0]), [c, 0, s, 0, 0, 0, 0, 0]);
    expectClose(rotate([0, 0, 0, 0, 0, 1, 0, 0], [0, 5]), [0, 0, 0, 0, 0, slowC, 0, slowS]);
  });

  it('takes y for the first half of a head and x for the second', () => {
    const features = [1, 2, 3, 4, 5, 6, 7, 8];
    expectClose(rotate(features, [0, 7]).slice(0, 4), [1, 2, 3, 4]);
    expectClose(rotate(features, [7, 0]).slice(4), [5, 6, 7, 8]);
  });

  it('leaves position zero alone', () => {
    fc.assert(
      fc.property(head, (features) => expectClose(rotate(features, [0, 0]), features, 1e-6)),
      { numRuns: 20 },
    );
  });

  it('keeps the length of each half', () => {
    const length = (values: readonly number[]) => Math.sqrt(dot(values, values));
    const keepsLengths = (features: readonly number[], at: Position) => {
      const turned = rotate(features, at);
      expect(length(turned.slice(0, 4))).toBeCloseTo(length(features.slice(0, 4)), 5);
      expect(length(turned.slice(4))).toBeCloseTo(length(features.slice(4)), 5);
    };
    fc.assert(fc.property(head, position, keepsLengths), { numRuns: 50 });
  });

  it('makes products of queries and keys depend on their distance only', () => {
    const dependsOnDistance = ([q, k]: [number[], number[]], [at, to, by]: [Position, Position, Position]) => {
      const shift = ([y, x]: Position): Position => [y + by[0], x + by[1]];
      const here = dot(rotate(q, at), rotate(k, to));
      expect(dot(rotate(q, shift(at)), rotate(k, shift(to)))).toBeCloseTo(here, 4);
    };
    fc.assert(fc.property(fc.tuple(head, head), fc.tuple(position, position, position), dependsOnDistance), {
      numRuns: 50,
    });
  });

  it('has the opposite rotation as its gradient', () => {
    const table = rope2dTable([{ rows: 2, columns: 3 }], 8, BASE);
    expectGradient((x) => rope2d(x as tf.Tensor4D, table), randomTensor([2, 2, 6, 8]));
  });
});

describe('model/rope2d: rope2dTable', () => {
  const landscape = { rows: 2, columns: 3 };
  const portrait = { rows: 3, columns: 2 };

  it('gives every image of a batch its own grid', () => {
    const x = randomTensor<tf.Tensor4D>([2, 2, 6, 8]);
    const mixed = rope2d(x, rope2dTable([landscape, portrait], 8, BASE));
    [landscape, portrait].forEach((grid, b) => {
      const alone = rope2d(tf.slice(x, b, 1), rope2dTable([grid], 8, BASE));
      expectClose(tf.slice(mixed, b, 1), alone, 1e-6);
    });
  });

  it('serves a whole batch of one grid', () => {
    const x = randomTensor<tf.Tensor4D>([2, 2, 6, 8]);
    const both = rope2d(x, rope2dTable([portrait, portrait], 8, BASE));
    expectClose(tf.slice(both, 1, 1), rope2d(tf.slice(x, 1, 1), rope2dTable([portrait], 8, BASE)), 1e-6);
  });

  it('makes no tensors but the table', () => {
    expectNoLeak(() => rope2dTable([landscape, portrait], 8, BASE));
  });
});
