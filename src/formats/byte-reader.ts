/** Reads little-endian numbers one after another from bytes that are not trusted: none beyond their end, no forged length. */
export class ByteReader {
  readonly bytes: Uint8Array;
  /** What errors call these bytes: a path, mostly. */
  readonly name: string;
  position: number;
  private readonly view: DataView;

  constructor(bytes: Uint8Array, name: string, position = 0) {
    this.bytes = bytes;
    this.name = name;
    this.position = position;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  /** @throws Error where fewer than `length` bytes are left, or the position is none */
  take(length: number): Uint8Array {
    const start = this.advance(length);
    return this.bytes.subarray(start, start + length);
  }

  /** The next bytes with a reader of their own, which cannot leave them. */
  part(length: number): ByteReader {
    return new ByteReader(this.take(length), this.name);
  }

  u8(): number {
    return this.view.getUint8(this.advance(1));
  }

  u16(): number {
    return this.view.getUint16(this.advance(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.advance(4), true);
  }

  i32(): number {
    return this.view.getInt32(this.advance(4), true);
  }

  f32(): number {
    return this.view.getFloat32(this.advance(4), true);
  }

  f64(): number {
    return this.view.getFloat64(this.advance(8), true);
  }

  /** A 64-bit length or position; exact up to 2⁵³, and what is larger fits no file anyway. */
  u64(): number {
    const low = this.u32();
    return this.u32() * 2 ** 32 + low;
  }

  /** Text (UTF-8) up to a zero byte, which is passed over. */
  zeroEnded(maxLength = 255): string {
    const end = this.bytes.subarray(0, this.position + maxLength + 1).indexOf(0, this.position);
    if (end < 0) throw this.error(`expected text of at most ${maxLength} bytes at byte ${this.position}, found no end`);
    const text = new TextDecoder().decode(this.take(end - this.position));
    this.position = end + 1;
    return text;
  }

  error(problem: string): Error {
    return new Error(`${this.name}: ${problem}`);
  }

  private advance(length: number): number {
    const start = this.position;
    const end = start + length;
    if (!(length >= 0 && start >= 0 && end <= this.bytes.length && Number.isSafeInteger(end))) {
      throw this.error(
        `expected ${length} bytes at byte ${start}, found the end at ${this.bytes.length}; is it cut short?`,
      );
    }
    this.position = end;
    return start;
  }
}
