/**
 * Converts IEEE 754 half-precision numbers, given by their bits, to float32, which holds them exactly. A half's exponent
 * and mantissa, moved to their place in a float32, give the value times 2^-112; multiplying corrects that for normal and
 * subnormal halves alike.
 */
export function decodeHalf(halves: Uint16Array, out: Float32Array): void {
  const bits = new Uint32Array(out.buffer, out.byteOffset, out.length);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i] as number;
    bits[i] = (half & 0x7fff) << 13;
    if ((half & 0x7c00) === 0x7c00) bits[i] = (bits[i] as number) | 0x7f800000;
    else out[i] = (out[i] as number) * 2 ** 112;
    bits[i] = (bits[i] as number) | ((half & 0x8000) << 16);
  }
}
