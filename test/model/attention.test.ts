import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {
  attendCross,
  attendSelf,
  attention,
  crossAttention,
  crossAttentionSpec,
  plainAttendCross,
  plainAttendSelf,
  plainAttention,
  selfAttention,
  selfAttentionSpec,
} from '#model/attention.ts';
import { positionTable, type RopeTable, rope2dTable } from '#model/rope2d.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose, expectGradient } from '#test/support/expect-close.ts';
import { expectNoLeak } from '#test/support/no-leak.ts';
import { randomParams, randomTensor } from '#test/support/tiny-model.ts';

useBackend();

// Millions of scores take the plain JavaScript engine a minute.
const large = process.env['DUST3R_TEST_BACKEND'] === 'cpu' ? it.skip : it;

type Sizes = { B?: number; heads?: number; N: number; M: number; D?: number };

function randomQkv({ B = 1, heads = 2, N, M, D = 4 }: Sizes) {
  const part = (name: string, tokens: number) => randomTensor<tf.Tensor4D>([B, heads, tokens, D], name);
  return [part('q', N), part('k', M), part('v', M)] as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
}

const typed = (f: typeof attention) => (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor) =>
  f(q as tf.Tensor4D, k as tf.Tensor4D, v as tf.Tensor4D);

function expectSameAsPlain(sizes: Sizes, tolerance: number): void {
  const qkv = randomQkv(sizes);
  expectClose(attention(...qkv), plainAttention(...qkv), tolerance);
  const dy = randomTensor(qkv[0].shape, 'dy');
  const expected = tf.grads(typed(plainAttention))(qkv, dy);
  const actual = tf.grads(typed(attention))(qkv, dy);
  for (const [i, gradient] of actual.entries()) expectClose(gradient, expected[i] as tf.Tensor, tolerance);
  tf.dispose([qkv, dy, expected, actual]);
}

describe.each([
  ['attention', attention],
  ['plainAttention', plainAttention],
])('model/attention: %s', (_, attend) => {
  it('weighs the values by softmax(q kᵀ / √D), by hand', () => {
    const q = tf.tensor4d([2, 0, 0, 0], [1, 1, 1, 4]);
    const k = tf.tensor4d([Math.log(3), 0, 0, 0, 0, 5, 5, 5], [1, 1, 2, 4]); // scores ln 3 and 0
    const v = tf.tensor4d([4, 8, 0, 1, 0, 0, 4, 1], [1, 1, 2, 4]);
    expectClose(attend(q, k, v), [[[[3, 6, 1, 1]]]]);
  });

  it('takes the mean of the values where the keys are equal', () => {
    const [q, , v] = randomQkv({ N: 3, M: 5 });
    const mean = v.mean(2, true).tile([1, 1, 3, 1]);
    expectClose(attend(q, tf.ones(v.shape), v), mean);
  });

  it('stays finite for large scores', () => {
    const [q, k, v] = randomQkv({ N: 2, M: 3 });
    const attended = attend(q.mul(1e4), k.mul(1e4), v);
    expect(attended.isFinite().all().dataSync()[0]).toBe(1);
  });
});

describe('model/attention: attention', () => {
  it('agrees with its plain version in values and gradients, for any shape', () => {
    const size = fc.integer({ min: 1, max: 7 });
    fc.assert(
      fc.property(fc.record({ B: size, heads: size, N: size, M: size }), (sizes) => expectSameAsPlain(sizes, 1e-4)),
      { numRuns: 15 },
    );
  });

  large('agrees with it where the scores are computed in several blocks, the last one shorter', () => {
    expectSameAsPlain({ N: 2061, M: 1100, D: 1 }, 1e-4);
  });

  large('takes a query whose scores alone exceed a block', () => {
    const q = tf.tensor4d([1, -1], [1, 1, 2, 1]);
    const k = tf.zeros<tf.Rank.R4>([1, 1, 2 ** 23, 1]);
    // Weights of 2⁻²³, whose sums single precision holds exactly: the result is the mean of the values.
    const v = tf.concat([tf.ones([2 ** 22]), tf.zeros([2 ** 22])]).reshape<tf.Tensor4D>(k.shape);
    expectClose(attention(q, k, v), [[[[0.5], [0.5]]]], 1e-6);
  });

  it('leaves behind only its output', () => {
    const qkv = randomQkv({ N: 5, M: 6 });
    expectNoLeak(() => tf.tidy(() => attention(...qkv)));
    expectNoLeak(() => tf.grads(typed(attention))(qkv));
  });
});

describe('model/attention: attendSelf, attendCross', () => {
  /** A table for each image, of random positions. */
  const table = (seed: number, images: number, tokens: number, width: number): RopeTable => {
    const positions = randomTensor([images, 2 * tokens], seed, 10)
      .round()
      .arraySync() as number[][];
    return positionTable(positions, width, 100);
  };

  function expectSame(inputs: tf.Tensor[], fast: TensorFunction, plain: TensorFunction): void {
    const expected = plain(...inputs);
    expectClose(fast(...inputs), expected, 1e-4);
    const dy = randomTensor(expected.shape, 'dy');
    const want = tf.grads(plain)(inputs, dy);
    tf.grads(fast)(inputs, dy).forEach((gradient, i) => {
      expectClose(gradient, want[i] as tf.Tensor, 1e-4);
    });
  }

  type TensorFunction = (...inputs: tf.Tensor[]) => tf.Tensor;
  const self = (f: typeof attendSelf, heads: number, rope: RopeTable) => (qkv: tf.Tensor) =>
    f(qkv as tf.Tensor3D, heads, rope);
  const cross =
    (f: typeof attendCross, heads: number, ropes: [RopeTable, RopeTable]) =>
    (...qkv: tf.Tensor[]) =>
      f(qkv as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D], heads, ropes);

  it.each([
    { B: 1, N: 1, heads: 1, D: 4 },
    { B: 2, N: 7, heads: 3, D: 12 },
    { B: 2, N: 49, heads: 2, D: 64 },
    { B: 1, N: 131, heads: 1, D: 16 }, // several blocks of queries, the last one shorter
  ])('agree with their plain versions in values and gradients: $B × $N tokens, $heads heads of $D', (sizes) => {
    const { B, N, heads, D } = sizes;
    const ropes = [1, B].map((images) => table(1, images, N, D));
    const qkv = randomTensor([B, N, 3 * heads * D], 'qkv');
    for (const rope of ropes) expectSame([qkv], self(attendSelf, heads, rope), self(plainAttendSelf, heads, rope));
  });

  it('agree where the other side has more tokens, or fewer', () => {
    for (const [N, M] of [
      [5, 18],
      [80, 33],
    ] as const) {
      const ropes: [RopeTable, RopeTable] = [table(1, 2, N, 8), table(2, 1, M, 8)];
      const inputs = [N, M, M].map((tokens, i) => randomTensor([2, tokens, 16], i));
      expectSame(inputs, cross(attendCross, 2, ropes), cross(plainAttendCross, 2, ropes));
    }
  });

  it('stay finite for large scores', () => {
    const attended = attendSelf(randomTensor([1, 9, 24], 'qkv', 1e4), 2, table(1, 1, 9, 4));
    expect(attended.isFinite().all().dataSync()[0]).toBe(1);
  });

  it('give the same bits every time, and leave behind only their results', () => {
    const qkv = randomTensor([4, 50, 96], 'qkv');
    const attend = self(attendSelf, 2, table(1, 1, 50, 16));
    const once = () => tf.grad(attend)(qkv).dataSync();
    expect(once()).toEqual(once());
    expectNoLeak(() => tf.tidy(() => attend(qkv)));
    expectNoLeak(() => tf.grad(attend)(qkv));
  });
});

describe('model/attention: selfAttention', () => {
  const [dim, heads] = [16, 2];

  it('projects to queries, keys and values, head after head, and back', () => {
    const p = randomParams(selfAttentionSpec(dim));
    const x = randomTensor<tf.Tensor3D>([1, 3, dim]);
    const project = (from: number) =>
      tf
        .matMul(x.reshape([3, dim]), tf.slice(p.qkv.weight, from, dim) as tf.Tensor2D, false, true)
        .add(tf.slice(p.qkv.bias, from, dim));
    const [q, k, v] = [project(0), project(dim), project(2 * dim)];
    const attended = [0, 1].map((head) => {
      const part = (y: tf.Tensor) => tf.slice(y, [0, (head * dim) / heads], [3, dim / heads]);
      const weights = tf.softmax(tf.matMul(part(q), part(k), false, true).div(Math.sqrt(dim / heads)));
      return tf.matMul(weights, part(v));
    });
    const expected = tf.matMul(tf.concat(attended, 1), p.proj.weight as tf.Tensor2D, false, true).add(p.proj.bias);
    const nowhere = positionTable([[0, 0, 0, 0, 0, 0]], dim / heads, 100);
    expectClose(selfAttention(p, x, heads, nowhere), expected.reshape([1, 3, dim]));
  });

  it('depends on where the tokens are, but not on their order in the list', () => {
    const p = randomParams(selfAttentionSpec(dim));
    const x = randomTensor<tf.Tensor3D>([1, 3, dim]);
    const at = (positions: number[]) => positionTable([positions], dim / heads, 100);
    const y = selfAttention(p, x, heads, at([0, 0, 1, 4, 2, 2]));
    const reversed = selfAttention(p, x.reverse(1), heads, at([2, 2, 1, 4, 0, 0]));
    expectClose(reversed.reverse(1), y);
    const elsewhere = selfAttention(p, x, heads, at([2, 2, 1, 4, 0, 0]));
    expect(tf.sub(elsewhere, y).abs().max().dataSync()[0]).toBeGreaterThan(1e-3);
  });

  it('has gradients for its input and its weights', () => {
    const p = randomParams(selfAttentionSpec(dim));
    const x = randomTensor<tf.Tensor3D>([2, 6, dim]);
    const rope = rope2dTable([{ rows: 2, columns: 3 }], dim / heads, 100);
    expectGradient((at) => selfAttention(p, at as tf.Tensor3D, heads, rope), x);
    expectGradient((at) => selfAttention({ ...p, qkv: { ...p.qkv, weight: at } }, x, heads, rope), p.qkv.weight);
  });
});

describe('model/attention: crossAttention', () => {
  const [dim, heads] = [16, 2];
  const ropeX = () => rope2dTable([{ rows: 2, columns: 2 }], dim / heads, 100);
  const ropeY = () => rope2dTable([{ rows: 2, columns: 3 }], dim / heads, 100);

  it('is self-attention where both sides are the same', () => {
    const p = randomParams(selfAttentionSpec(dim));
    const third = (i: number) => ({
      weight: tf.slice(p.qkv.weight, i * dim, dim),
      bias: tf.slice(p.qkv.bias, i * dim, dim),
    });
    const cross = { projq: third(0), projk: third(1), projv: third(2), proj: p.proj };
    const x = randomTensor<tf.Tensor3D>([2, 4, dim]);
    expectClose(crossAttention(cross, [x, x], heads, [ropeX(), ropeX()]), selfAttention(p, x, heads, ropeX()));
  });

  it('has as many tokens as its queries, whatever the memory has', () => {
    const p = randomParams(crossAttentionSpec(dim));
    const [x, y] = [randomTensor<tf.Tensor3D>([1, 4, dim], 'x'), randomTensor<tf.Tensor3D>([1, 6, dim], 'y')];
    expect(crossAttention(p, [x, y], heads, [ropeX(), ropeY()]).shape).toEqual([1, 4, dim]);
    expectGradient((at) => crossAttention(p, [at as tf.Tensor3D, y], heads, [ropeX(), ropeY()]), x);
    expectGradient((at) => crossAttention(p, [x, at as tf.Tensor3D], heads, [ropeX(), ropeY()]), y);
  });
});
