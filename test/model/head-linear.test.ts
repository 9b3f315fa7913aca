import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { linearHead, linearHeadSpec } from '#model/head-linear.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose, expectGradient } from '#test/support/expect-close.ts';
import { expectNoLeak } from '#test/support/no-leak.ts';
import { randomParams, randomTensor } from '#test/support/tiny-model.ts';

useBackend();

const [patchSize, grid] = [2, { rows: 2, columns: 3 }];
const params = () => randomParams(linearHeadSpec(5, patchSize, 4));
const randomTokens = () => randomTensor<tf.Tensor3D>([2, 6, 5]);

describe('model/head-linear: linearHead', () => {
  it('gives pixel (a, b) of token (i, j) the channels c·P² + a·P + b of a linear layer', () => {
    const [p, tokens] = [params(), randomTokens()];
    const [weight, bias, x] = [p.proj.weight.bufferSync(), p.proj.bias.dataSync(), tokens.bufferSync()];
    const expected = tf.buffer([2, 4, 6, 4]);
    for (let at = 0; at < expected.size; at++) {
      const [b, row, column, c] = expected.indexToLoc(at) as [number, number, number, number];
      const token = Math.floor(row / 2) * grid.columns + Math.floor(column / 2);
      const channel = c * 4 + (row % 2) * 2 + (column % 2);
      const products = [0, 1, 2, 3, 4].map((i) => x.get(b, token, i) * weight.get(channel, i));
      expected.set(
        products.reduce((sum, product) => sum + product, bias[channel] as number),
        b,
        row,
        column,
        c,
      );
    }
    expectClose(linearHead(p, tokens, grid, patchSize), expected.toTensor());
  });

  it('has gradients for its tokens and its weights', () => {
    const [p, tokens] = [params(), randomTokens()];
    expectGradient((at) => linearHead(p, at as tf.Tensor3D, grid, patchSize), tokens);
    expectGradient((at) => linearHead({ proj: { ...p.proj, weight: at } }, tokens, grid, patchSize), p.proj.weight);
  });

  it('leaves behind only its output', () => {
    const [p, tokens] = [params(), randomTokens()];
    expectNoLeak(() => linearHead(p, tokens, grid, patchSize));
    expect(p.proj.weight.isDisposed).toBe(false);
  });
});
