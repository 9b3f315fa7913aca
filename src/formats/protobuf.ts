import { ByteReader } from './byte-reader.ts';

const maxFields = 1_000_000;

interface Field {
  readonly wire: 'varint' | 'fixed' | 'bytes';
  /** What follows the field's key; of `bytes`, without their length. */
  readonly bytes: Uint8Array;
}

/**
 * One protobuf message by the numbers of its fields, without a schema: who asks must know their types. Of a field that
 * is there several times although it should not be, the last counts; numbers may be packed or not.
 * https://protobuf.dev/programming-guides/encoding
 */
export class ProtoMessage {
  readonly name: string;
  private readonly fields: ReadonlyMap<number, readonly Field[]>;

  /** @throws Error naming the message if it is damaged */
  constructor(bytes: Uint8Array, name: string) {
    this.name = name;
    this.fields = readFields(new ByteReader(bytes, name));
  }

  messages(field: number): ProtoMessage[] {
    return this.all(field, 'bytes').map(
      ({ bytes }, at) => new ProtoMessage(bytes, `${this.name}: field ${field}[${at}]`),
    );
  }

  /** @throws Error if there is none */
  message(field: number): ProtoMessage {
    return new ProtoMessage(this.bytes(field), `${this.name}: field ${field}`);
  }

  has(field: number): boolean {
    return this.fields.has(field);
  }

  /** @throws Error if there are none */
  bytes(field: number): Uint8Array {
    const found = this.all(field, 'bytes').at(-1);
    if (found) return found.bytes;
    throw new Error(`${this.name}: expected the field ${field}, found none`);
  }

  text(field: number): string {
    return new TextDecoder().decode(this.bytes(field));
  }

  /** A whole number up to 2⁵³, not negative (int64, uint64, enum); 0 where there is none. */
  whole(field: number): number {
    const found = this.all(field, 'varint').at(-1);
    return found ? readWhole(new ByteReader(found.bytes, this.name)) : 0;
  }

  double(field: number): number {
    return this.doubles(field).at(-1) ?? 0;
  }

  doubles(field: number): Float64Array {
    return new Float64Array(this.fixed(field, 8).buffer);
  }

  floats(field: number): Float32Array {
    return new Float32Array(this.fixed(field, 4).buffer);
  }

  int32s(field: number): Int32Array {
    const parts = this.fields.get(field) ?? [];
    const values: number[] = [];
    for (const { wire, bytes } of parts) {
      if (wire === 'fixed') throw this.otherType(field);
      const reader = new ByteReader(bytes, this.name);
      while (reader.remaining > 0) values.push(readInt32(reader));
    }
    return Int32Array.from(values);
  }

  private all(field: number, wire: Field['wire']): readonly Field[] {
    const found = this.fields.get(field) ?? [];
    if (found.some((each) => each.wire !== wire)) throw this.otherType(field);
    return found;
  }

  /** Numbers of a fixed size, packed or not, in memory of their own. */
  private fixed(field: number, size: number): Uint8Array<ArrayBuffer> {
    const parts = this.fields.get(field) ?? [];
    if (parts.some(({ wire, bytes }) => wire === 'varint' || bytes.length % size !== 0)) throw this.otherType(field);
    const joined = new Uint8Array(parts.reduce((sum, { bytes }) => sum + bytes.length, 0));
    let to = 0;
    for (const { bytes } of parts) {
      joined.set(bytes, to);
      to += bytes.length;
    }
    return joined;
  }

  private otherType(field: number): Error {
    return new Error(`${this.name}: expected another type in the field ${field}`);
  }
}

const wires: Readonly<Record<number, Field['wire']>> = { 0: 'varint', 1: 'fixed', 2: 'bytes', 5: 'fixed' };

function readFields(reader: ByteReader): ReadonlyMap<number, readonly Field[]> {
  const fields = new Map<number, Field[]>();
  for (let count = 0; reader.remaining > 0; count++) {
    if (count === maxFields) throw reader.error(`expected at most ${maxFields} fields in a message, found more`);
    const key = readWhole(reader);
    const wire = wires[key % 8];
    if (!wire) throw reader.error(`damaged: no field begins at byte ${reader.position - 1} of the message`);
    const field = { wire, bytes: readValue(reader, key % 8) };
    const number = Math.floor(key / 8);
    const others = fields.get(number);
    if (others) others.push(field);
    else fields.set(number, [field]);
  }
  return fields;
}

function readValue(reader: ByteReader, wire: number): Uint8Array {
  if (wire === 1) return reader.take(8);
  if (wire === 5) return reader.take(4);
  if (wire === 2) return reader.take(readWhole(reader));
  const start = reader.position;
  readWhole(reader);
  return reader.bytes.subarray(start, reader.position);
}

/** A varint: 7 bits a byte, the lowest first, the top bit set in all but the last. */
function readWhole(reader: ByteReader): number {
  let value = 0;
  for (let place = 1, byte = 0x80; byte >= 0x80; place *= 128) {
    if (place > 2 ** 63) throw reader.error('damaged: a whole number of more than 64 bits');
    byte = reader.u8();
    value += (byte & 0x7f) * place;
  }
  return value;
}

/** Negative numbers take 64 bits, of which the lower 32 are kept. */
function readInt32(reader: ByteReader): number {
  let value = 0;
  for (let shift = 0, byte = 0x80; byte >= 0x80; shift += 7) {
    if (shift > 63) throw reader.error('damaged: a whole number of more than 64 bits');
    byte = reader.u8();
    if (shift < 32) value |= (byte & 0x7f) << shift;
  }
  return value;
}
