import { BitReader } from './bit-reader.ts';
import { ByteReader } from './byte-reader.ts';

const symbolCount = 65_537;
/** Longer codes need more values than a block has: one of length n needs the n-th Fibonacci number of them. */
const maxLength = 40;
/** Codes up to here are looked up at once. */
const quickBits = 12;

/**
 * PIZ's Huffman code of 16-bit values: the lengths of the codes, from which the codes follow, then the values. The last
 * symbol stands for a run of the value before.
 * @throws Error naming the file if the codes are none, or do not give exactly `count` values
 */
export function decodeHuffman(bytes: Uint8Array, count: number, name: string): Uint16Array {
  const reader = new ByteReader(bytes, name);
  const [first, last, , bitCount] = [reader.u32(), reader.u32(), reader.u32(), reader.u32()] as const;
  reader.u32(); // room for more, as is the size of the table: that ends where its symbols do
  if (first > last || last >= symbolCount) throw damaged(name, `symbols from ${first} to ${last}`);
  const lengths = readLengths(reader, first, last);
  if (bitCount > 8 * reader.remaining) throw damaged(name, `${bitCount} bits in ${reader.remaining} bytes`);
  const code = canonicalCode(lengths, name);
  return decodeValues(reader.take(Math.ceil(bitCount / 8)), code, { count, run: last, bitCount, name });
}

/** 6 bits a symbol; lengths from 59 on stand for runs of symbols without a code. */
function readLengths(reader: ByteReader, first: number, last: number): Uint8Array {
  const bits = new BitReader(reader.bytes.subarray(reader.position));
  const lengths = new Uint8Array(symbolCount);
  for (let symbol = first; symbol <= last; ) {
    const length = bits.take(6);
    if (length < 59) lengths[symbol++] = length;
    else symbol += length === 63 ? bits.take(8) + 6 : length - 57;
    if (symbol > last + 1 || (length < 59 && length > maxLength)) throw damaged(reader.name, 'its table of lengths');
  }
  reader.take(Math.ceil(bits.position / 8));
  return lengths;
}

interface Code {
  /** For each length, its first code. */
  readonly base: Float64Array;
  /** For each length, where its symbols begin; in the last place, their count. */
  readonly starts: Uint32Array;
  readonly symbols: Uint32Array;
  /** For the next bits: length · 2¹⁷ + symbol, or 0. */
  readonly quick: Uint32Array;
}

/** Codes of a length are successive numbers in the order of the symbols; longer codes are smaller numbers. */
function canonicalCode(lengths: Uint8Array, name: string): Code {
  const counts = new Uint32Array(maxLength + 2);
  for (const length of lengths) if (length > 0) counts[length + 1] = (counts[length + 1] as number) + 1;
  const base = new Float64Array(maxLength + 1);
  for (let length = maxLength, next = 0; length > 0; length--) {
    base[length] = next;
    const end = next + (counts[length + 1] as number);
    if (end > 2 ** length) throw damaged(name, `too many codes of ${length} bits`);
    next = Math.floor(end / 2);
  }
  const starts = counts.slice();
  for (let length = 1; length < starts.length; length++) {
    starts[length] = (starts[length] as number) + (starts[length - 1] as number);
  }
  const symbols = new Uint32Array(starts.at(-1) as number);
  const quick = new Uint32Array(2 ** quickBits);
  const used = starts.slice();
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    const place = used[length] as number;
    used[length] = place + 1;
    symbols[place] = symbol;
    if (length > quickBits) return;
    const first = (base[length] as number) + place - (starts[length] as number);
    const width = 2 ** (quickBits - length);
    quick.fill(length * 2 ** 17 + symbol, first * width, (first + 1) * width);
  });
  return { base, starts, symbols, quick };
}

interface Expected {
  readonly count: number;
  /** The symbol of a run: its length, less than 256, follows. */
  readonly run: number;
  readonly bitCount: number;
  readonly name: string;
}

function decodeValues(bytes: Uint8Array, code: Code, { count, run, bitCount, name }: Expected): Uint16Array {
  const bits = new BitReader(bytes);
  const values = new Uint16Array(count);
  let at = 0;
  while (at < count) {
    const symbol = nextSymbol(bits, code);
    if (symbol !== run) values[at++] = symbol;
    else {
      const end = at + bits.take(8);
      if (at === 0 || end > count) throw damaged(name, 'a run leaves its block');
      values.fill(values[at - 1] as number, at, end);
      at = end;
    }
    if (symbol < 0 || bits.position > bitCount) throw damaged(name, `its bits end after ${at} of ${count} values`);
  }
  return values;
}

/** -1 where the bits are no code. */
function nextSymbol(bits: BitReader, { base, starts, symbols, quick }: Code): number {
  const entry = quick[bits.peek(quickBits)] as number;
  if (entry > 0) {
    bits.position += entry >>> 17;
    return entry & 0x1ffff;
  }
  let value = bits.take(quickBits);
  for (let length = quickBits + 1; length <= maxLength; length++) {
    value = 2 * value + bits.take(1);
    const place = value - (base[length] as number) + (starts[length] as number);
    if (value >= (base[length] as number) && place < (starts[length + 1] as number)) return symbols[place] as number;
  }
  return -1;
}

function damaged(name: string, problem: string): Error {
  return new Error(`${name}: damaged EXR: its Huffman code: ${problem}`);
}
