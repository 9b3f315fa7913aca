import { describe, expect, it } from '@jest/globals';
import { decodeHalf } from '#formats/half.ts';

describe('formats/half', () => {
  it('widens normal and subnormal halves, zeros and infinities exactly', () => {
    const out = new Float32Array(8);
    decodeHalf(Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x03ff, 0x8000, 0xfc00, 0x7e00), out);
    expect([...out]).toEqual([1, -2, 65_504, 2 ** -24, 1023 * 2 ** -24, -0, Number.NEGATIVE_INFINITY, Number.NaN]);
  });
});
