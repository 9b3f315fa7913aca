import { describe, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { frugalGelu, gelu, plainGelu } from '#tensor/gelu.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose, expectGradient } from '#test/support/expect-close.ts';
import { expectNoLeak } from '#test/support/no-leak.ts';
import { randomTensor } from '#test/support/tiny-model.ts';

useBackend();

describe('tensor/gelu', () => {
  it('is exact, not the tanh approximation', () => {
    const x = tf.tensor1d([0, 1, -1, 2]);
    for (const f of [gelu, frugalGelu, plainGelu]) expectClose(f(x), [0, 0.8413447, -0.1586553, 1.9544997], 1e-6);
    // The tanh approximation is off by 4e-4 here.
    expectClose(gelu(tf.tensor1d([3])), [2.9959503], 1e-6);
  });

  it('passes large numbers and stops large negative ones, with finite gradients', () => {
    const x = tf.tensor1d([30, -30]);
    expectClose(gelu(x), [30, 0], 1e-6);
    expectClose(tf.grad(gelu)(x), [1, 0], 1e-6);
  });

  it('has the gradient of its plain version, Φ(x) + x φ(x)', () => {
    const x = randomTensor([3, 20], 1, 2);
    for (const f of [gelu, frugalGelu]) expectClose(tf.grad(f)(x), tf.grad(plainGelu)(x), 1e-5);
    expectClose(tf.grad(gelu)(tf.tensor1d([0, 1])), [0.5, 1.0833155], 1e-5);
    expectGradient(gelu, x);
  });

  it('leaves behind only its output', () => {
    const x = randomTensor([3, 20]);
    expectNoLeak(() => tf.tidy(() => gelu(x)));
    expectNoLeak(() => tf.grad(gelu)(x));
  });
});
