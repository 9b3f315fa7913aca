/** Writes numbers one after another into `bytes`, little-endian, as binary formats of records want them. */
export interface LittleEndianWriter {
  readonly bytes: Uint8Array;
  u8(value: number): void;
  u32(value: number): void;
  /** A whole number up to 2⁵³. */
  u64(value: number): void;
  f64(value: number): void;
  copy(values: Uint8Array): void;
}

/** @param size in bytes: exactly what will be written, or RangeError on the first value beyond it */
export function littleEndianWriter(size: number): LittleEndianWriter {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const next = (length: number) => {
    at += length;
    return at - length;
  };
  return {
    bytes,
    u8: (value) => view.setUint8(next(1), value),
    u32: (value) => view.setUint32(next(4), value, true),
    u64: (value) => {
      view.setUint32(next(4), value % 2 ** 32, true);
      view.setUint32(next(4), Math.floor(value / 2 ** 32), true);
    },
    f64: (value) => view.setFloat64(next(8), value, true),
    copy: (values) => bytes.set(values, next(values.length)),
  };
}
