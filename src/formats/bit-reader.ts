/** Reads bits from the highest of each byte on; beyond the end there are zeros, which `position` tells. */
export class BitReader {
  /** In bits. */
  position = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** @param count up to 16 */
  peek(count: number): number {
    const at = this.position >>> 3;
    const { bytes } = this;
    const three = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    return (three >>> (24 - (this.position & 7) - count)) & ((1 << count) - 1);
  }

  take(count: number): number {
    const value = this.peek(count);
    this.position += count;
    return value;
  }
}
