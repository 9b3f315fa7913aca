/**
 * Our kernels of the native engine against the same in plain tfjs ops, at the sizes of a 512×384 pair: 1536 tokens.
 *   npm run bench:kernels
 * On 2 cores of an AMD EPYC with AVX-512, milliseconds of processor time, plain → ours (2026-11-22):
 *   GELU 14.8 → 4.5, its gradient with the value 65 → 23; LayerNorm 4.9 → 0.5, with gradient 34 → 6.7;
 *   softmax 12.7 → 5.6, its gradient 16 → 5; AdamW 25 → 10.
 */
import * as tf from '@tensorflow/tfjs';
import { chooseBackend } from '#backend/choose.ts';
import { plainGelu } from '#tensor/gelu.ts';
import { plainLayerNorm } from '#tensor/layer-norm.ts';
import { leastCost, startClock } from './clock.ts';

const ROUNDS = 10;
const [TOKENS, DIM, HIDDEN] = [1536, 1024, 4096];

const { name, device } = await chooseBackend('tensorflow');
console.log(`${name} on ${device}; the least of ${ROUNDS} rounds, milliseconds of wall clock (and of processor time)`);

const kernel = (kernelName: string, inputs: tf.NamedTensorMap, attrs: tf.NamedAttrMap = {}) =>
  tf.engine().runKernel(kernelName, inputs, attrs);

const hidden = tf.randomNormal([TOKENS, HIDDEN]);
const ourGelu = (x: tf.Tensor) => kernel('Dust3rGelu', { x }) as tf.Tensor;
compare(
  `GELU [${hidden.shape}]`,
  () => plainGelu(hidden),
  () => ourGelu(hidden),
);
compare(
  'GELU, value and gradient',
  () => tf.grad(plainGelu)(hidden),
  () => tf.grad(ourGelu)(hidden),
);

const tokens = tf.randomNormal([TOKENS, DIM]);
const [scale, offset] = [tf.randomNormal([DIM]), tf.randomNormal([DIM])];
const plainNorm = (x: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => plainLayerNorm(x, [a, b], 1e-6);
const ourNorm = (x: tf.Tensor, a: tf.Tensor, b: tf.Tensor) =>
  (kernel('Dust3rLayerNorm', { x, scale: a, offset: b }, { epsilon: 1e-6 }) as tf.Tensor[])[0] as tf.Tensor;
const normInputs = [tokens, scale, offset];
compare(
  `LayerNorm [${tokens.shape}]`,
  () => plainNorm(tokens, scale, offset),
  () => ourNorm(tokens, scale, offset),
);
compare(
  'LayerNorm, value and gradient',
  () => tf.grads(plainNorm)(normInputs),
  () => tf.grads(ourNorm)(normInputs),
);

const scores = tf.randomNormal([16, 768, 768]);
const weights = scores.softmax();
const backend = tf.backend() as unknown as { executeSingleInput(op: string, input: tf.Tensor): tf.Tensor };
compare(
  `softmax [${scores.shape}]`,
  () => backend.executeSingleInput('Softmax', scores),
  () => scores.softmax(),
);
compare(
  'softmax, gradient',
  () => weights.mul(scores.sub(scores.mul(weights).sum(-1, true))),
  () => kernel('Dust3rSoftmaxGrad', { y: weights, dy: scores }),
);

const [parameter, gradient, mean] = [0, 1, 2].map(() => tf.randomNormal([DIM, HIDDEN])) as [
  tf.Tensor,
  tf.Tensor,
  tf.Tensor,
];
const square = mean.square();
const step = tf.tensor1d([1e-3, 0.9, 0.95, 1e-8, 0.05, 0.1, 0.05]);
compare(
  `AdamW [${parameter.shape}]`,
  () => {
    const m = mean.mul(0.9).add(gradient.mul(0.1));
    const v = square.mul(0.95).add(gradient.square().mul(0.05));
    const move = m.div(0.1).div(v.div(0.05).sqrt().add(1e-8));
    return [parameter.mul(1 - 1e-3 * 0.05).sub(move.mul(1e-3)), m, v];
  },
  () => kernel('Dust3rAdamW', { parameter, gradient, mean, square, step }),
);

function compare(title: string, plain: () => tf.TensorContainer, ours: () => tf.TensorContainer): void {
  console.log(`${title.padEnd(30)} plain ${measure(plain)}   ours ${measure(ours)}`);
}

function measure(work: () => tf.TensorContainer): string {
  const costs = Array.from({ length: ROUNDS }, () => {
    const clock = startClock();
    tf.tidy(() => void work());
    return clock();
  });
  const { seconds, cpuSeconds } = leastCost(costs);
  return `${(seconds * 1e3).toFixed(1).padStart(6)} (${(cpuSeconds * 1e3).toFixed(1)})`;
}
