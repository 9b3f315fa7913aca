/** Longest line of a GLOBAL and longest integer in bytes: both are short in any honest file. */
const maxLineBytes = 256;
const maxLongBytes = 64;

/** Takes the operands of pickle operations from a buffer; nothing is read or allocated past its end. */
export class PickleReader {
  position: number;
  private readonly data: Uint8Array;
  private readonly view: DataView;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  constructor(data: Uint8Array, position: number) {
    this.data = data;
    this.position = position;
    this.view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  }

  error(problem: string): Error {
    return new Error(`pickle at byte ${this.position}: ${problem}`);
  }

  /** Moves on by `length` bytes and returns where they began. */
  skip(length: number): number {
    const start = this.position;
    if (length > this.data.length - start) throw this.error('it ends too early; was the download cut short?');
    this.position += length;
    return start;
  }

  uint8(): number {
    return this.view.getUint8(this.skip(1));
  }

  uint16(): number {
    return this.view.getUint16(this.skip(2), true);
  }

  uint32(): number {
    return this.view.getUint32(this.skip(4), true);
  }

  int32(): number {
    return this.view.getInt32(this.skip(4), true);
  }

  uint64(): number {
    return Number(this.view.getBigUint64(this.skip(8), true));
  }

  float64(): number {
    return this.view.getFloat64(this.skip(8), false);
  }

  bytes(length: number): Uint8Array {
    const start = this.skip(length);
    return this.data.slice(start, start + length);
  }

  text(length: number): string {
    const start = this.skip(length);
    try {
      return this.decoder.decode(this.data.subarray(start, start + length));
    } catch {
      throw this.error('a text is not UTF-8');
    }
  }

  /** A two's-complement integer: a number where that is exact, a bigint otherwise. */
  long(length: number): number | bigint {
    if (length > maxLongBytes) throw this.error(`an integer of ${length} bytes is over the limit of ${maxLongBytes}`);
    let value = 0n;
    for (const byte of this.bytes(length).reverse()) value = (value << 8n) | BigInt(byte);
    const signed = BigInt.asIntN(8 * length, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  line(): string {
    const end = this.data.subarray(this.position, this.position + maxLineBytes).indexOf(0x0a);
    if (end < 0) throw this.error(`a line has no end within ${maxLineBytes} bytes`);
    const line = this.text(end);
    this.skip(1);
    return line;
  }

  expectProtocol(): void {
    const protocol = this.uint8();
    if (protocol < 2 || protocol > 5) throw this.error(`protocol ${protocol} is not one of 2 to 5`);
  }
}
