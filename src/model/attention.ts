import * as tf from '@tensorflow/tfjs';
import { hasKernel } from '#tensor/kernel.ts';
import type { Params } from '#tensor/params.ts';
import { softmaxGradient } from '#tensor/softmax.ts';
import { linear, linearSpec } from './layers.ts';
import { type RopeTable, rope2d } from './rope2d.ts';

export const selfAttentionSpec = (dim: number) => ({
  qkv: linearSpec(dim, 3 * dim),
  proj: linearSpec(dim, dim),
});
export type SelfAttentionParams = Params<ReturnType<typeof selfAttentionSpec>>;

export const crossAttentionSpec = (dim: number) => ({
  projq: linearSpec(dim, dim),
  projk: linearSpec(dim, dim),
  projv: linearSpec(dim, dim),
  proj: linearSpec(dim, dim),
});
export type CrossAttentionParams = Params<ReturnType<typeof crossAttentionSpec>>;

/** The attention scores of one block of queries take at most this many numbers (spec (c) 5). */
const SCORES_PER_BLOCK = 2 ** 22;

/** Tokens attend to each other. x: [B, N, C]; the table has their positions. */
export function selfAttention(p: SelfAttentionParams, x: tf.Tensor3D, heads: number, rope: RopeTable): tf.Tensor3D {
  return linear(p.proj, attendSelf(linear(p.qkv, x), heads, rope));
}

/** Queries from x: [B, N, C] look at the memory y: [B, M, C]; each side has its own positions. */
export function crossAttention(
  p: CrossAttentionParams,
  [x, y]: readonly [x: tf.Tensor3D, y: tf.Tensor3D],
  heads: number,
  ropes: readonly [ropeX: RopeTable, ropeY: RopeTable],
): tf.Tensor3D {
  return linear(p.proj, attendCross([linear(p.projq, x), linear(p.projk, y), linear(p.projv, y)], heads, ropes));
}

/** Rotates queries and keys and attends, on what qkv gave: [B, N, 3·C] → [B, N, C]. The reference for attendSelf(). */
export function plainAttendSelf(qkv: tf.Tensor3D, heads: number, rope: RopeTable): tf.Tensor3D {
  const [B, N, C3] = qkv.shape;
  const packed = qkv.reshape([B, N, 3, heads, C3 / 3 / heads]).transpose([2, 0, 3, 1, 4]); // [3, B, heads, N, D]
  const [q, k, v] = tf.unstack(packed) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  return mergeHeads(attention(rope2d(q, rope), rope2d(k, rope), v));
}

/** The same as one op, whose gradient keeps nothing but qkv, where the engine has our kernel. */
export function attendSelf(qkv: tf.Tensor3D, heads: number, rope: RopeTable): tf.Tensor3D {
  if (!hasKernel('Dust3rSelfAttention')) return plainAttendSelf(qkv, heads, rope);
  return tf.engine().runKernel('Dust3rSelfAttention', { qkv, cos: rope.cos, sin: rope.sin }) as tf.Tensor3D;
}

/** The same for queries [B, N, C] and a memory's keys and values [B, M, C]. The reference for attendCross(). */
export function plainAttendCross(
  [q, k, v]: Tokens,
  heads: number,
  [ropeX, ropeY]: readonly [RopeTable, RopeTable],
): tf.Tensor3D {
  const split = (x: tf.Tensor3D) => splitHeads(x, heads);
  return mergeHeads(attention(rope2d(split(q), ropeX), rope2d(split(k), ropeY), split(v)));
}

export function attendCross(
  [q, k, v]: Tokens,
  heads: number,
  ropes: readonly [ropeX: RopeTable, ropeY: RopeTable],
): tf.Tensor3D {
  if (!hasKernel('Dust3rCrossAttention')) return plainAttendCross([q, k, v], heads, ropes);
  const [ropeX, ropeY] = ropes;
  const tables = { cosQ: ropeX.cos, sinQ: ropeX.sin, cosK: ropeY.cos, sinK: ropeY.sin };
  return tf.engine().runKernel('Dust3rCrossAttention', { q, k, v, ...tables }) as tf.Tensor3D;
}

type Tokens = readonly [q: tf.Tensor3D, k: tf.Tensor3D, v: tf.Tensor3D];

/** softmax(q kᵀ / √D) v, written down plainly: the reference for attention(). All [B, heads, N or M, D]. */
export function plainAttention(q: tf.Tensor4D, k: tf.Tensor4D, v: tf.Tensor4D): tf.Tensor4D {
  return scores(q, k).matMul(v) as tf.Tensor4D;
}

/**
 * The same, a block of queries at a time, in both directions: no buffer of heads × N × M numbers ever exists, and none
 * is kept for the gradient, which computes the scores of a block anew (one product in five more).
 */
export function attention(q: tf.Tensor4D, k: tf.Tensor4D, v: tf.Tensor4D): tf.Tensor4D {
  const blocked = tf.customGrad((...args) => {
    const [q, k, v, save] = args as unknown as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.GradSaveFunc];
    save([q, k, v]);
    const value = tf.concat(
      queryBlocks(q, k).map(({ start, size }) => tf.tidy(() => plainAttention(rows(q, start, size), k, v))),
      2,
    );
    return { value, gradFunc: (dy, [q, k, v]) => attentionGradient(dy as tf.Tensor4D, [q, k, v] as Qkv) };
  });
  return blocked(q, k, v) as tf.Tensor4D;
}

type Qkv = readonly [q: tf.Tensor4D, k: tf.Tensor4D, v: tf.Tensor4D];

function attentionGradient(dy: tf.Tensor4D, [q, k, v]: Qkv): tf.Tensor[] {
  return tf.tidy(() => {
    const blocks = queryBlocks(q, k).map(({ start, size }) =>
      tf.tidy(() => blockGradient(rows(dy, start, size), [rows(q, start, size), k, v])),
    );
    if (blocks.length === 1) return blocks[0] as tf.Tensor4D[];
    const [dq, dk, dv] = [0, 1, 2].map((i) => blocks.map((block) => block[i] as tf.Tensor4D));
    return [tf.concat(dq as tf.Tensor4D[], 2), tf.addN(dk as tf.Tensor4D[]), tf.addN(dv as tf.Tensor4D[])];
  });
}

function blockGradient(dy: tf.Tensor4D, [q, k, v]: Qkv): tf.Tensor4D[] {
  const weights = scores(q, k); // [B, heads, n, M]
  const dWeights = dy.matMul(v, false, true) as tf.Tensor4D;
  const dScores: tf.Tensor4D = softmaxGradient(weights, dWeights).div(Math.sqrt(q.shape[3]));
  return [dScores.matMul(k), dScores.matMul(q, true, false), weights.matMul(dy, true, false)] as tf.Tensor4D[];
}

function scores(q: tf.Tensor4D, k: tf.Tensor4D): tf.Tensor4D {
  return q.div(Math.sqrt(q.shape[3])).matMul(k, false, true).softmax() as tf.Tensor4D;
}

function queryBlocks(q: tf.Tensor4D, k: tf.Tensor4D): { start: number; size: number }[] {
  const [B, heads, N] = q.shape;
  const count = Math.ceil((B * heads * N * k.shape[2]) / SCORES_PER_BLOCK);
  const size = Math.ceil(N / Math.min(count, N));
  return Array.from({ length: Math.ceil(N / size) }, (_, i) => ({
    start: i * size,
    size: Math.min(size, N - i * size),
  }));
}

/** Some rows of [B, heads, N, D]; all of them without a copy. */
function rows(x: tf.Tensor4D, start: number, size: number): tf.Tensor4D {
  const [B, heads, N, D] = x.shape;
  return size === N ? x : x.slice([0, 0, start, 0], [B, heads, size, D]);
}

/** [B, N, heads·D] → [B, heads, N, D] */
function splitHeads(x: tf.Tensor3D, heads: number): tf.Tensor4D {
  const [B, N, C] = x.shape;
  return x.reshape([B, N, heads, C / heads]).transpose([0, 2, 1, 3]) as tf.Tensor4D;
}

/** [B, heads, N, D] → [B, N, heads·D] */
function mergeHeads(x: tf.Tensor4D): tf.Tensor3D {
  const [B, heads, N, D] = x.shape;
  return x.transpose([0, 2, 1, 3]).reshape([B, N, heads * D]);
}
