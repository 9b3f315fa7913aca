import { beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { chooseBackend } from '#backend/choose.ts';
import { largestError } from './op-run.ts';

type Plain = (...inputs: tf.Tensor[]) => tf.Tensor;

const plainGelu: Plain = (x) => x.mul(x.mul(Math.SQRT1_2).erf().add(1).mul(0.5));

const plainLayerNorm: Plain = (x, scale, offset) => {
  const centred = x.sub(x.mean(-1, true));
  const variance = centred.square().mean(-1, true);
  return centred
    .mul(variance.add(1e-6).rsqrt())
    .mul(scale as tf.Tensor)
    .add(offset as tf.Tensor);
};

const plainSoftmax: Plain = (x) => {
  const e = x.sub(x.max(-1, true)).exp();
  return e.div(e.sum(-1, true));
};

const kernel = (name: string, inputs: tf.NamedTensorMap, attrs: tf.NamedAttrMap = {}) =>
  tf.engine().runKernel(name, inputs, attrs);

const fastGelu: Plain = (x) => kernel('Dust3rGelu', { x }) as tf.Tensor;
const fastLayerNorm: Plain = (x, scale, offset) =>
  (
    kernel('Dust3rLayerNorm', { x, scale, offset } as tf.NamedTensorMap, { epsilon: 1e-6 }) as tf.Tensor[]
  )[0] as tf.Tensor;
const fastSoftmax: Plain = (x) => tf.softmax(x);

/** Shapes whose last axis is below, at and above the width of a vector, and large enough for several threads. */
const SHAPES: readonly (readonly number[])[] = [
  [3, 5],
  [2, 7, 16],
  [1, 1],
  [4, 300, 100],
];

function random(shape: readonly number[], seed: number): tf.Tensor {
  return tf.randomNormal([...shape], 0.3, 2, 'float32', seed);
}

/** Compares value and gradients, the latter under weights that differ from element to element. */
function expectSame(fast: Plain, plain: Plain, inputs: tf.Tensor[]): void {
  const [gotValue, wantValue] = [fast(...inputs), plain(...inputs)];
  const dy = random(wantValue.shape, 9);
  const got = [gotValue, ...tf.grads(fast)(inputs, dy)];
  const want = [wantValue, ...tf.grads(plain)(inputs, dy)];
  for (const [i, tensor] of got.entries()) {
    const expected = want[i] as tf.Tensor;
    expect(tensor.shape).toEqual(expected.shape);
    expect(largestError(tensor.dataSync<'float32'>(), expected.dataSync<'float32'>())).toBeLessThan(1e-5);
  }
}

describe('backend/kernels: fast kernels of the native engine', () => {
  let absent: string | undefined;

  beforeAll(async () => {
    absent = await chooseBackend('tensorflow').then(
      ({ device }) => (device === 'CPU' ? undefined : `kernels are for the CPU, this is ${device}`),
      (error: Error) => error.message,
    );
    if (absent) console.warn(`not tested: ${absent}`);
  });

  it.each(SHAPES)('compute GELU as plain ops do, on [%p, …]', (...shape) => {
    if (absent) return;
    tf.tidy(() => expectSame(fastGelu, plainGelu, [random(shape, 1)]));
  });

  it('keep GELU exact far from 0', () => {
    if (absent) return;
    const y = tf.tidy(() => fastGelu(tf.tensor1d([-50, -6, -1e-8, 0, 1e-8, 6, 50])).dataSync());
    expect(y[0]).toBeCloseTo(0, 30);
    expect(Math.abs((y[1] as number) / (-6 * 9.865876450376946e-10) - 1)).toBeLessThan(1e-5);
    expect(Math.abs((y[2] as number) / -5e-9 - 1)).toBeLessThan(1e-6);
    expect(Array.from(y.slice(3))).toEqual([0, expect.closeTo(5e-9, 14), 6, 50]);
  });

  it.each(SHAPES)('normalise layers as plain ops do, on [%p, …]', (...shape) => {
    if (absent) return;
    const width = shape.at(-1) as number;
    if (width === 1) return; // without variance the gradient is rounding noise
    tf.tidy(() =>
      expectSame(fastLayerNorm, plainLayerNorm, [random(shape, 1), random([width], 2), random([width], 3)]),
    );
  });

  it.each(SHAPES)('compute softmax as plain ops do, on [%p, …]', (...shape) => {
    if (absent) return;
    tf.tidy(() => expectSame(fastSoftmax, plainSoftmax, [random(shape, 1)]));
  });

  it('take softmax of large logits without overflow', () => {
    if (absent) return;
    expect(Array.from(tf.tidy(() => tf.softmax(tf.tensor1d([1000, -1000, 1000])).dataSync()))).toEqual([0.5, 0, 0.5]);
  });

  it('step AdamW as its formula says, over its operands', () => {
    if (absent) return;
    const [rate, beta1, beta2, epsilon, decay, c1, c2, factor] = [0.1, 0.9, 0.95, 1e-8, 0.05, 0.1, 0.05, 0.5];
    const [p, g, m, v] = [2, -6, 0.5, 4];
    const operands = [p, g, m, v].map((x) => tf.fill([3, 7], x));
    const step = tf.tensor2d([[rate, beta1, beta2, epsilon, decay, c1, c2, factor]]);
    kernel('Dust3rAdamW', [...operands, step] as unknown as tf.NamedTensorMap, { count: 1 });
    const mean = beta1 * m + (1 - beta1) * factor * g;
    const square = beta2 * v + (1 - beta2) * (factor * g) ** 2;
    const next = p * (1 - rate * decay) - (rate * (mean / c1)) / (Math.sqrt(square / c2) + epsilon);
    const got = operands.map((each) => each.dataSync()[20] as number);
    expect(got).toEqual([next, g, mean, square].map((each) => expect.closeTo(each, 5)));
    tf.dispose([operands, step]);
  });

  it('refuse operands of the wrong size', () => {
    if (absent) return;
    const x = tf.zeros([2, 4]);
    const short = tf.zeros([3]);
    expect(() => fastLayerNorm(x, short, short)).toThrow('expected 4 numbers, got 3');
    tf.dispose([x, short]);
  });

  it('leave behind only their outputs', () => {
    if (absent) return;
    const x = random([2, 8], 1);
    const before = tf.memory().numTensors;
    tf.dispose([fastGelu(x), tf.softmax(x), tf.grad(fastGelu)(x), tf.grad(fastSoftmax)(x)]);
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });
});
