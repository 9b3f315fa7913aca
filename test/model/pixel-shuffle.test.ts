import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { pixelShuffle, plainPixelShuffle } from '#model/pixel-shuffle.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose, expectGradient } from '#test/support/expect-close.ts';
import { randomTensor } from '#test/support/tiny-model.ts';

useBackend();

describe('model/pixel-shuffle: pixelShuffle', () => {
  it('spreads the channels of one token over its block, row by row, channel after channel', () => {
    const x = tf.tensor4d([0, 1, 2, 3, 10, 11, 12, 13], [1, 1, 1, 8]);
    expectClose(pixelShuffle(x, 2), [
      [
        [
          [0, 10],
          [1, 11],
        ],
        [
          [2, 12],
          [3, 13],
        ],
      ],
    ]);
  });

  it('puts channel c·r² + a·r + b of token (i, j) at pixel (i·r + a, j·r + b)', () => {
    const [B, h, w, C, r] = [2, 2, 3, 4, 3] as const;
    const x = randomTensor<tf.Tensor4D>([B, h, w, C * r * r]);
    const [packed, spread] = [x.bufferSync(), pixelShuffle(x, r)];
    expect(spread.shape).toEqual([B, h * r, w * r, C]);
    const expected = tf.buffer([B, h * r, w * r, C]);
    for (let at = 0; at < expected.size; at++) {
      const [batch, row, column, c] = expected.indexToLoc(at) as [number, number, number, number];
      const channel = c * r * r + (row % r) * r + (column % r);
      expected.set(packed.get(batch, Math.floor(row / r), Math.floor(column / r), channel), batch, row, column, c);
    }
    expectClose(spread, expected.toTensor(), 0);
  });

  it.each([
    [1, 1, 1, 4, 16],
    [3, 2, 5, 1, 2],
    [2, 6, 8, 4, 16],
  ])('agrees with its plain version in values and gradients: [%i, %i, %i], %i channels, blocks of %i', (...sizes) => {
    const [B, h, w, C, r] = sizes as [number, number, number, number, number];
    const x = randomTensor<tf.Tensor4D>([B, h, w, C * r * r]);
    expectClose(pixelShuffle(x, r), plainPixelShuffle(x, r), 0);
    const dy = randomTensor([B, h * r, w * r, C], 'dy');
    const gradient = (of: typeof pixelShuffle) => tf.grad((at: tf.Tensor) => of(at as tf.Tensor4D, r))(x, dy);
    expectClose(gradient(pixelShuffle), gradient(plainPixelShuffle), 0);
  });

  it('has a gradient', () => {
    expectGradient((x) => pixelShuffle(x as tf.Tensor4D, 2), randomTensor([1, 2, 2, 8]));
  });
});
