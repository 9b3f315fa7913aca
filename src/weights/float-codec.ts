import { decodeHalf } from '#formats/half.ts';
import type { Dtype } from './dtype.ts';

export type FloatStorage = 'F32' | 'F16' | 'BF16';

/**
 * Converts little-endian elements to float32.
 * @param bytes starts at a multiple of the element size in its buffer
 * @param out one place for each element
 */
export function decodeFloat32(dtype: Dtype, bytes: Uint8Array<ArrayBuffer>, out: Float32Array): void {
  const place = [bytes.buffer, bytes.byteOffset, out.length] as const;
  if (dtype === 'F16') decodeHalf(new Uint16Array(...place), out);
  else if (dtype === 'BF16') decodeBfloat(new Uint16Array(...place), out);
  else if (dtype === 'I64') decodeBigInts(new BigInt64Array(...place), out);
  else if (dtype === 'U64') decodeBigInts(new BigUint64Array(...place), out);
  else out.set(new numberArrays[dtype](...place));
}

/**
 * Converts float32 to little-endian elements, rounding to the nearest, ties to even.
 * @throws RangeError when a finite value is too large for F16, which would silently make it infinite
 */
export function encodeFloat32(storage: FloatStorage, values: Float32Array): Uint8Array {
  if (storage === 'F32') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const out = new Uint16Array(values.length);
  if (storage === 'F16') encodeHalf(bits, out);
  else encodeBfloat(bits, out);
  return new Uint8Array(out.buffer);
}

const numberArrays = {
  F64: Float64Array,
  F32: Float32Array,
  I32: Int32Array,
  I16: Int16Array,
  I8: Int8Array,
  U32: Uint32Array,
  U16: Uint16Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const;

function decodeBfloat(upperHalves: Uint16Array, out: Float32Array): void {
  const bits = new Uint32Array(out.buffer, out.byteOffset, out.length);
  for (let i = 0; i < upperHalves.length; i++) bits[i] = (upperHalves[i] as number) << 16;
}

function decodeBigInts(values: BigInt64Array | BigUint64Array, out: Float32Array): void {
  for (let i = 0; i < values.length; i++) out[i] = Number(values[i]);
}

const bitsOf65536 = 0x47800000;
const bitsOfInfinity = 0x7f800000;
const bitsOfQuarterStep = 0x32800000; // 2^-26, which rounds to zero
const bitsOfSmallestNormalHalf = 0x38800000; // 2^-14

function encodeHalf(bits: Uint32Array, out: Uint16Array): void {
  for (let i = 0; i < bits.length; i++) {
    const sign = ((bits[i] as number) >>> 16) & 0x8000;
    const magnitude = (bits[i] as number) & 0x7fffffff;
    const half = magnitude < bitsOfSmallestNormalHalf ? subnormalHalf(magnitude) : normalHalf(magnitude);
    if (half === 0x7c00 && magnitude !== bitsOfInfinity) {
      throw new RangeError(`element ${i} is over 65504, the largest value of F16; store as BF16 or F32`);
    }
    out[i] = sign | half;
  }
}

function normalHalf(magnitude: number): number {
  if (magnitude > bitsOfInfinity) return 0x7e00;
  if (magnitude >= bitsOf65536) return 0x7c00;
  const roundedToEven = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return (roundedToEven - 0x38000000) >>> 13;
}

/** Below 2^-14 a half is a multiple of 2^-24. */
function subnormalHalf(magnitude: number): number {
  const multiple = magnitude < bitsOfQuarterStep ? 0 : in2ToMinus24(magnitude);
  const floor = Math.floor(multiple);
  const rest = multiple - floor;
  const roundUp = rest > 0.5 || (rest === 0.5 && floor % 2 === 1);
  return floor + (roundUp ? 1 : 0);
}

/** The value of a normal float32 in units of 2^-24. */
function in2ToMinus24(magnitude: number): number {
  const exponent = (magnitude >>> 23) - 127;
  return (1 + (magnitude & 0x7fffff) / 2 ** 23) * 2 ** (exponent + 24);
}

function encodeBfloat(bits: Uint32Array, out: Uint16Array): void {
  for (let i = 0; i < bits.length; i++) {
    const value = bits[i] as number;
    const isNotANumber = (value & 0x7fffffff) > bitsOfInfinity;
    out[i] = isNotANumber ? (value >>> 16) | 0x40 : (value + 0x7fff + ((value >>> 16) & 1)) >>> 16;
  }
}
