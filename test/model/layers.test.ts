import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import {
  conv1x1,
  conv2d,
  convSpec,
  layerNorm,
  linear,
  linearSpec,
  mlp,
  mlpSpec,
  normSpec,
  paddedConv2d,
} from '#model/layers.ts';
import { plainGelu } from '#tensor/gelu.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose, expectGradient } from '#test/support/expect-close.ts';
import { randomParams, randomTensor } from '#test/support/tiny-model.ts';

useBackend();

describe('model/layers: linear', () => {
  it('is x Wᵀ + b over the last axis, for any leading axes', () => {
    const p = {
      weight: tf.tensor2d([
        [1, 2],
        [0, -1],
        [3, 0],
      ]),
      bias: tf.tensor1d([10, 20, 30]),
    };
    expectClose(
      linear(
        p,
        tf.tensor2d([
          [1, 1],
          [2, -1],
        ]),
      ),
      [
        [13, 19, 33],
        [10, 21, 36],
      ],
    );
    expectClose(linear(p, tf.tensor([1, 1], [1, 1, 1, 2])), [[[[13, 19, 33]]]]);
  });

  it('has gradients for its input and its weights', () => {
    const params = randomParams(linearSpec(4, 3));
    const x = randomTensor([2, 3, 4]);
    expectGradient((at) => linear(params, at), x);
    expectGradient((at) => linear({ ...params, weight: at }, x), params.weight);
    expectGradient((at) => linear({ ...params, bias: at }, x), params.bias);
  });
});

describe('model/layers: layerNorm', () => {
  it('normalises the last axis with an epsilon of 1e-6, then scales and shifts', () => {
    const p = { weight: tf.tensor1d([1, 2]), bias: tf.tensor1d([0, 5]) };
    expectClose(layerNorm(p, tf.tensor2d([[-1e-3, 1e-3]])), [[-Math.SQRT1_2, 2 * Math.SQRT1_2 + 5]]);
  });

  it('has gradients for its input and its scale', () => {
    const p = randomParams(normSpec(6));
    const x = randomTensor([2, 2, 6]);
    expectGradient((at) => layerNorm(p, at), x);
    expectGradient((at) => layerNorm({ ...p, weight: at }, x), p.weight);
  });
});

describe('model/layers: mlp', () => {
  it('is a linear layer, the exact GELU and a linear layer', () => {
    const p = randomParams(mlpSpec(4, 9));
    const x = randomTensor<tf.Tensor3D>([2, 3, 4]);
    expectClose(mlp(p, x), linear(p.fc2, plainGelu(linear(p.fc1, x))));
  });
});

describe('model/layers: conv2d', () => {
  type Index = [number, number, number, number];

  /** The definition, one number at a time. */
  function convolve(p: { weight: tf.Tensor; bias?: tf.Tensor }, x: tf.Tensor4D, stride: number): tf.Tensor4D {
    const [B, H, W, I] = x.shape;
    const [O, , K] = p.weight.shape as [number, number, number];
    const pad = (K - 1) / 2;
    const [h, w] = [Math.floor((H + 2 * pad - K) / stride) + 1, Math.floor((W + 2 * pad - K) / stride) + 1];
    const [input, weight, bias] = [x.bufferSync(), p.weight.bufferSync(), p.bias?.dataSync()];
    const output = tf.buffer([B, h, w, O]);
    for (const [b, i, j, o] of indices(B, h, w, O)) {
      let sum = bias?.[o] ?? 0;
      for (const [u, v, c] of indices(K, K, I)) {
        const [row, column] = [i * stride + u - pad, j * stride + v - pad];
        const isInside = row >= 0 && row < H && column >= 0 && column < W;
        if (isInside) sum += input.get(b, row, column, c) * weight.get(o, c, u, v);
      }
      output.set(sum, b, i, j, o);
    }
    return output.toTensor() as tf.Tensor4D;
  }

  function indices(...sizes: number[]): Index[] {
    const count = sizes.reduce((a, b) => a * b, 1);
    return Array.from({ length: count }, (_, at) => tf.buffer(sizes).indexToLoc(at) as unknown as Index);
  }

  it('pads by one on every side at stride 2 on even sizes, unlike TensorFlow’s "same"', () => {
    const x = tf.range(0, 16).reshape<tf.Tensor4D>([1, 4, 4, 1]);
    const y = conv2d({ weight: tf.ones([1, 1, 3, 3]) }, x, 2);
    expectClose(y.reshape([4]), [10, 24, 51, 90]);
  });

  it.each([
    [3, 1, 4, 5],
    [3, 2, 4, 6],
    [3, 2, 5, 3],
    [1, 1, 3, 2],
    [3, 1, 1, 1],
  ])('agrees with the definition: kernel %i, stride %i, size %i×%i', (kernel, stride, H, W) => {
    const p = randomParams(convSpec(2, 3, kernel));
    const x = randomTensor<tf.Tensor4D>([2, H, W, 2]);
    expectClose(conv2d(p, x, stride), convolve(p, x, stride), 1e-5);
    expectClose(conv2d({ weight: p.weight }, x, stride), convolve({ weight: p.weight }, x, stride), 1e-5);
  });

  it('has gradients for its input and its weights', () => {
    const p = randomParams(convSpec(2, 3, 3));
    const x = randomTensor<tf.Tensor4D>([1, 4, 6, 2]);
    for (const stride of [1, 2]) {
      expectGradient((at) => conv2d(p, at as tf.Tensor4D, stride), x);
      expectGradient((at) => conv2d({ ...p, weight: at }, x, stride), p.weight);
      expectGradient((at) => conv2d({ ...p, bias: at }, x, stride), p.bias);
    }
  });
});

describe('model/layers: paddedConv2d', () => {
  it('makes a convolution of strips of rows, with their neighbours and without padding between', () => {
    const p = randomParams(convSpec(2, 3, 3));
    const x = randomTensor<tf.Tensor4D>([2, 7, 4, 2]);
    const strips = [
      paddedConv2d(p, x.slice([0, 0, 0, 0], [-1, 3, -1, -1]), { stride: 1, rowPadding: [1, 0] }),
      paddedConv2d(p, x.slice([0, 1, 0, 0], [-1, 4, -1, -1]), { stride: 1, rowPadding: [0, 0] }),
      paddedConv2d(p, x.slice([0, 3, 0, 0], [-1, 4, -1, -1]), { stride: 1, rowPadding: [0, 1] }),
    ];
    expectClose(tf.concat(strips, 1), conv2d(p, x), 1e-5);
  });

  it('has gradients with a padding on one side only', () => {
    const p = randomParams(convSpec(2, 3, 3));
    const x = randomTensor<tf.Tensor4D>([1, 4, 3, 2]);
    for (const rowPadding of [
      [1, 0],
      [0, 1],
      [0, 0],
    ] as const) {
      expectGradient((at) => paddedConv2d(p, at as tf.Tensor4D, { stride: 1, rowPadding }), x);
      expectGradient((at) => paddedConv2d({ ...p, weight: at }, x, { stride: 1, rowPadding }), p.weight);
    }
  });
});

describe('model/layers: conv1x1', () => {
  it('is a convolution with a kernel of one pixel', () => {
    const p = randomParams(convSpec(3, 5, 1));
    const x = randomTensor<tf.Tensor4D>([2, 3, 4, 3]);
    expectClose(conv1x1(p, x), conv2d(p, x), 1e-5);
    expect(conv1x1(p, x).shape).toEqual([2, 3, 4, 5]);
  });
});
