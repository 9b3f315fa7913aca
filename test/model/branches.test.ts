import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { crossAttentionSpec, selfAttentionSpec } from '#model/attention.ts';
import {
  crossBranch,
  mlpBranch,
  plainCrossBranch,
  plainMlpBranch,
  plainSelfBranch,
  selfBranch,
} from '#model/branches.ts';
import { mlpSpec, normSpec } from '#model/layers.ts';
import { rope2dTable } from '#model/rope2d.ts';
import { hasKernel } from '#tensor/kernel.ts';
import { markMixed } from '#tensor/mixed-linear.ts';
import { listParams } from '#tensor/params.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose } from '#test/support/expect-close.ts';
import { expectNoLeak } from '#test/support/no-leak.ts';
import { randomParams, randomTensor } from '#test/support/tiny-model.ts';

useBackend();

/** Widths below, at and above a panel of the products; tokens that fill no tile, images with an odd number of them. */
const shapes = [
  { images: 1, grid: [1, 1], memory: [1, 1], dim: 8, heads: 1 },
  { images: 3, grid: [3, 5], memory: [7, 1], dim: 24, heads: 2 },
  { images: 2, grid: [6, 8], memory: [6, 8], dim: 128, heads: 2 },
  { images: 2, grid: [10, 13], memory: [2, 3], dim: 96, heads: 3 },
] as const;
type Shape = (typeof shapes)[number];

const tableOf = ([rows, columns]: readonly [number, number], { dim, heads }: Shape) =>
  rope2dTable([{ rows, columns }], dim / heads, 100);

interface Case {
  readonly fast: () => tf.Tensor3D;
  readonly plain: () => tf.Tensor3D;
  /** What both have gradients for. */
  readonly operands: readonly tf.Tensor[];
}

function caseOf(branch: string, shape: Shape): Case {
  const { images, grid, memory: memoryGrid, dim, heads } = shape;
  const tokens = ([rows, columns]: readonly [number, number], seed: string) =>
    randomTensor<tf.Tensor3D>([images, rows * columns, dim], seed);
  const [x, y] = [tokens(grid, 'x'), tokens(memoryGrid, 'y')];
  const [rope, ropeY] = [tableOf(grid, shape), tableOf(memoryGrid, shape)];
  const operandsOf = <Spec>(spec: Spec, p: Parameters<typeof listParams<Spec>>[1]) => [...listParams(spec, p).values()];
  if (branch === 'mlp') {
    const spec = { norm: normSpec(dim), mlp: mlpSpec(dim, 3 * dim) };
    const p = randomParams(spec);
    return { fast: () => mlpBranch(p, x), plain: () => plainMlpBranch(p, x), operands: [x, ...operandsOf(spec, p)] };
  }
  if (branch === 'self') {
    const spec = { norm: normSpec(dim), attn: selfAttentionSpec(dim) };
    const p = randomParams(spec);
    return {
      fast: () => selfBranch(p, x, heads, rope),
      plain: () => plainSelfBranch(p, x, heads, rope),
      operands: [x, ...operandsOf(spec, p)],
    };
  }
  const spec = { norm: normSpec(dim), attn: crossAttentionSpec(dim) };
  const p = randomParams(spec);
  return {
    fast: () => crossBranch(p, [x, y], heads, [rope, ropeY]),
    plain: () => plainCrossBranch(p, [x, y], heads, [rope, ropeY]),
    operands: [x, y, ...operandsOf(spec, p)],
  };
}

function gradientsOf(f: () => tf.Tensor3D, { operands }: Case): tf.Tensor[] {
  const dy = randomTensor(f().shape, 'dy');
  return tf.tidy(() => tf.grads((..._: tf.Tensor[]) => f())([...operands], dy));
}

const cases = ['self', 'cross', 'mlp'].flatMap((branch) => shapes.map((shape) => [branch, shape] as const));

describe('model/branches', () => {
  it.each(cases)('the %s branch agrees with its plain version in values and gradients: %j', (branch, shape) => {
    const each = caseOf(branch, shape);
    expectClose(each.fast(), each.plain(), 1e-5);
    const want = gradientsOf(each.plain, each);
    gradientsOf(each.fast, each).forEach((gradient, i) => {
      expectClose(gradient, want[i] as tf.Tensor, 2e-5);
    });
  });

  it.each(cases)('the %s branch in bfloat16 is the same to about two digits: %j', (branch, shape) => {
    if (!hasKernel('Dust3rMixedMlpBranch')) return;
    const each = caseOf(branch, shape);
    const [value, want] = [each.plain(), gradientsOf(each.plain, each)];
    for (const operand of each.operands) if (operand.rank === 2) markMixed(operand);
    expectClose(each.fast(), value, 0.02);
    gradientsOf(each.fast, each).forEach((gradient, i) => {
      expectClose(gradient, want[i] as tf.Tensor, 0.03);
    });
  });

  it.each(['self', 'cross', 'mlp'])('the %s branch gives the same bits every time', (branch) => {
    const each = caseOf(branch, shapes[3]);
    const once = () => [each.fast(), ...gradientsOf(each.fast, each)].map((tensor) => tensor.dataSync());
    expect(once()).toEqual(once());
  });

  it.each(['self', 'cross', 'mlp'])('the %s branch leaves behind only its output', (branch) => {
    const each = caseOf(branch, shapes[1]);
    expectNoLeak(each.fast);
  });

  it('passes on what is not finite, so that a loss gone wrong is seen', () => {
    const spec = { norm: normSpec(8), mlp: mlpSpec(8, 16) };
    const p = randomParams(spec);
    for (const weight of [p.mlp.fc1.weight, p.mlp.fc2.weight]) markMixed(weight);
    const y = mlpBranch(p, tf.fill([1, 3, 8], Number.NaN));
    expect(y.isNaN().all().dataSync()[0]).toBe(1);
  });
});
