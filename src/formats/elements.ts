import { decodeHalf } from './half.ts';

/** Numbers of up to 53 bits. Booleans are 0 and 1 in a Uint8Array; float16 is widened to float32. */
export type NumberValues =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Int8Array
  | Int16Array
  | Int32Array;

export type BigValues = BigInt64Array | BigUint64Array;

/** As NumPy names them: a kind (float, int, unsigned, boolean) and a size in bytes. */
export type NumberType = 'f2' | keyof typeof arrayTypes;

const arrayTypes = {
  f4: Float32Array,
  f8: Float64Array,
  u1: Uint8Array,
  u2: Uint16Array,
  u4: Uint32Array,
  u8: BigUint64Array,
  i1: Int8Array,
  i2: Int16Array,
  i4: Int32Array,
  i8: BigInt64Array,
  b1: Uint8Array,
} as const;

export function isNumberType(type: string): type is NumberType {
  return type === 'f2' || Object.hasOwn(arrayTypes, type);
}

/**
 * Elements of one type, one after another, as numbers.
 * @param bytes starts its buffer, which the result takes over; bytes of an unfinished element at its end are an error
 */
export function decodeElements(
  bytes: Uint8Array<ArrayBuffer>,
  type: NumberType,
  { isBigEndian = false } = {},
): NumberValues | BigValues {
  if (isBigEndian) swapBytes(bytes, Number(type.slice(1)));
  if (type !== 'f2') return new arrayTypes[type](bytes.buffer);
  const values = new Float32Array(bytes.length / 2);
  decodeHalf(new Uint16Array(bytes.buffer), values);
  return values;
}

/** Turns the byte order of each element round, in place. */
export function swapBytes(bytes: Uint8Array<ArrayBuffer>, size: number): void {
  const buffer = Buffer.from(bytes.buffer);
  if (size === 2) buffer.swap16();
  if (size === 4) buffer.swap32();
  if (size === 8) buffer.swap64();
}

/** What a typed array is called in the same way; undefined for other values. */
export function typeOf(values: object): NumberType | undefined {
  const found = Object.entries(arrayTypes).find(([, type]) => values instanceof type);
  return found?.[0] as NumberType | undefined;
}
