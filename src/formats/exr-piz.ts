import { ByteReader } from './byte-reader.ts';
import type { ExrBlock } from './exr-block.ts';
import { type ExrHeader, sampleBytes } from './exr-header.ts';
import { decodeHuffman } from './exr-huffman.ts';
import { undoWavelet } from './exr-wavelet.ts';

const bitmapBytes = 8192;

/**
 * PIZ: the 16-bit values that occur are numbered, the numbers of each channel's block turned into wavelet coefficients,
 * and those Huffman-coded.
 */
export function decompressPiz({ data, lines, bytes }: ExrBlock, header: ExrHeader, name: string): Uint8Array {
  const reader = new ByteReader(data, name);
  const { table, largest } = readTable(reader);
  const coded = reader.take(reader.u32());
  const values = decodeHuffman(coded, bytes / 2, name);
  let start = 0;
  for (const { type } of header.channels) {
    const words = sampleBytes(type) / 2;
    for (let word = 0; word < words; word++) {
      undoWavelet(values, { start: start + word, across: words, width: header.width, height: lines }, largest);
    }
    start += words * header.width * lines;
  }
  for (let i = 0; i < values.length; i++) values[i] = table[values[i] as number] as number;
  return interleaveLines(values, header, lines);
}

/** The 16-bit values that occur, in order (0 always does); a bitmap tells them. */
function readTable(reader: ByteReader): { table: Uint16Array; largest: number } {
  const [first, last] = [reader.u16(), reader.u16()];
  if (last >= bitmapBytes) throw reader.error(`damaged EXR: a bitmap of ${last + 1} bytes`);
  const bitmap = first <= last ? reader.take(last - first + 1) : new Uint8Array();
  const table = new Uint16Array(65_536);
  let count = 1;
  for (let value = 8 * first; value < 8 * (first + bitmap.length); value++) {
    if (value > 0 && ((bitmap[(value >> 3) - first] as number) >> (value & 7)) & 1) table[count++] = value;
  }
  return { table, largest: count - 1 };
}

/** From whole channels, one after another, to lines that hold all channels. */
function interleaveLines(values: Uint16Array, { channels, width }: ExrHeader, lines: number): Uint8Array {
  const out = new Uint16Array(values.length);
  let to = 0;
  for (let y = 0; y < lines; y++) {
    let start = 0;
    for (const { type } of channels) {
      const words = (sampleBytes(type) / 2) * width;
      out.set(values.subarray(start + y * words, start + (y + 1) * words), to);
      start += words * lines;
      to += words;
    }
  }
  return new Uint8Array(out.buffer);
}
