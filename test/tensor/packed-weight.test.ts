import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { hasBfloat16, isPacked, packBfloat16, packedLinear } from '#tensor/packed-weight.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose } from '#test/support/expect-close.ts';
import { expectNoLeak } from '#test/support/no-leak.ts';
import { randomTensor } from '#test/support/tiny-model.ts';

useBackend();

/** Eight significant bits, to the nearest, ties to even. */
function rounded(x: tf.Tensor): tf.Tensor {
  const bits = new Uint32Array((x.dataSync() as Float32Array).slice().buffer);
  for (const [i, word] of bits.entries()) bits[i] = (word + 0x7fff + ((word >>> 16) & 1)) & 0xffff0000;
  return tf.tensor(new Float32Array(bits.buffer), x.shape);
}

/** The native engine alone has the kernel; a run without it says so instead of passing silently. */
function whereSupported(run: () => void): void {
  if (hasBfloat16()) run();
  else console.warn(`bfloat16: not tested, since the engine is ${tf.getBackend()}`);
}

describe('tensor/packed-weight', () => {
  it('takes half the memory', () =>
    whereSupported(() => {
      const packed = packBfloat16(randomTensor<tf.Tensor2D>([6, 8]));
      expect(packed.shape).toEqual([6, 4]);
      expect(isPacked(packed)).toBe(true);
      expect(isPacked(randomTensor([6, 8]))).toBe(false);
    }));

  it('multiplies rounded factors and adds the bias in float32', () =>
    whereSupported(() => {
      const [x, weight, bias] = [randomTensor([5, 64], 'x'), randomTensor([7, 64], 'w'), randomTensor([7], 'b')];
      const actual = packedLinear(x, [packBfloat16(weight as tf.Tensor2D), bias]);
      const product = rounded(rounded(x).matMul(rounded(weight), false, true));
      expectClose(actual, product.add(bias), 2 ** -8);
    }));

  it('leaves behind only its output', () =>
    whereSupported(() => {
      const [x, weight, bias] = [randomTensor([5, 8], 'x'), randomTensor([6, 8], 'w'), randomTensor([6], 'b')];
      expectNoLeak(() => packBfloat16(weight as tf.Tensor2D));
      const packed = packBfloat16(weight as tf.Tensor2D);
      expectNoLeak(() => packedLinear(x, [packed, bias]));
    }));
});
