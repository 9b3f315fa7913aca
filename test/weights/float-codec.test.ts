import { describe, expect, it } from '@jest/globals';
import { decodeFloat32, encodeFloat32 } from '#weights/float-codec.ts';

const bytesOf = (view: ArrayBufferView<ArrayBuffer>) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

function decode(dtype: Parameters<typeof decodeFloat32>[0], view: ArrayBufferView<ArrayBuffer>, count: number) {
  const out = new Float32Array(count);
  decodeFloat32(dtype, bytesOf(view), out);
  return out;
}

const halves = (...values: number[]) => [
  ...new Uint16Array(encodeFloat32('F16', Float32Array.from(values)).slice().buffer),
];
const bfloats = (...values: number[]) => [
  ...new Uint16Array(encodeFloat32('BF16', Float32Array.from(values)).slice().buffer),
];

describe('weights/float-codec: decodeFloat32', () => {
  it('knows the values of halves', () => {
    const coded = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x03ff, 0x8000, 0x7c00, 0xfc00, 0x7e00);
    const values = [1, -2, 65504, 2 ** -14, 2 ** -24, 1023 * 2 ** -24, -0, Infinity, -Infinity, Number.NaN];
    expect([...decode('F16', coded, 10)]).toEqual(values);
  });

  it('knows the values of bfloats', () => {
    expect([...decode('BF16', Uint16Array.of(0x3f80, 0xc000, 0x7f80, 0x7fc0, 0x8000), 5)]).toEqual([
      1,
      -2,
      Infinity,
      Number.NaN,
      -0,
    ]);
  });

  it('rounds doubles and integers to float32', () => {
    expect([...decode('F64', Float64Array.of(0.1, 1e300), 2)]).toEqual([Math.fround(0.1), Infinity]);
    expect([...decode('I64', BigInt64Array.of(-(2n ** 40n), 3n), 2)]).toEqual([-(2 ** 40), 3]);
    expect([...decode('U64', BigUint64Array.of(2n ** 64n - 1n), 1)]).toEqual([2 ** 64]);
    expect([...decode('I16', Int16Array.of(-300), 1)]).toEqual([-300]);
    expect([...decode('BOOL', Uint8Array.of(1, 0), 2)]).toEqual([1, 0]);
  });
});

describe('weights/float-codec: encodeFloat32', () => {
  it('gives back every half that is not NaN', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, i) => i).filter((half) => (half & 0x7fff) <= 0x7c00);
    const values = decode('F16', all, all.length);
    expect(halves(...values)).toEqual([...all]);
  });

  it('rounds to the nearest half, ties to even', () => {
    const step = 2 ** -10;
    expect(halves(1 + 0.5 * step, 1 + 1.5 * step, 1 + 0.51 * step, -(1 + 0.49 * step))).toEqual([
      0x3c00, 0x3c02, 0x3c01, 0xbc00,
    ]);
    const least = 2 ** -24;
    expect(halves(0.5 * least, 0.51 * least, 1.5 * least, 2.5 * least, 1023.5 * least, 1e-40)).toEqual([
      0, 1, 2, 2, 0x0400, 0,
    ]);
  });

  it('rounds to the nearest bfloat, ties to even', () => {
    const step = 2 ** -7;
    expect(bfloats(1 + 0.5 * step, 1 + 1.5 * step, 1 + 0.51 * step, -1)).toEqual([0x3f80, 0x3f82, 0x3f81, 0xbf80]);
    expect(bfloats(Infinity, -Infinity, Number.NaN)).toEqual([0x7f80, 0xff80, 0x7fc0]);
  });

  it('keeps infinities and NaN, and refuses to make an infinity of a large value', () => {
    expect(halves(Infinity, -Infinity, Number.NaN, 65519)).toEqual([0x7c00, 0xfc00, 0x7e00, 0x7bff]);
    expect(() => halves(1, 65520)).toThrow('element 1 is over 65504');
    expect(() => halves(-3e38)).toThrow(RangeError);
  });

  it('passes float32 through, also from the middle of a buffer', () => {
    const values = Float32Array.of(1, 2, 3).subarray(1);
    expect([...new Float32Array(encodeFloat32('F32', values).slice().buffer)]).toEqual([2, 3]);
  });
});
