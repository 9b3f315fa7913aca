import { type ExrCompression, type ExrHeader, sampleBytes } from './exr-header.ts';
import { decompressPiz } from './exr-piz.ts';
import { inflate } from './inflate.ts';

/** Some lines of an image, as the file holds them. */
export interface ExrBlock {
  readonly data: Uint8Array;
  readonly lines: number;
  /** When they are decompressed. */
  readonly bytes: number;
}

export const linesPerBlock: Readonly<Record<ExrCompression, number>> = {
  NONE: 1,
  RLE: 1,
  ZIPS: 1,
  ZIP: 16,
  PIZ: 32,
  PXR24: 16,
};

/** The lines of a block: in each, the channels' values one after another. @throws Error naming the file */
export function decompressBlock(block: ExrBlock, header: ExrHeader, name: string): Uint8Array {
  // What would not become smaller is stored as it is.
  if (block.data.length === block.bytes) return block.data;
  switch (header.compression) {
    case 'NONE':
      throw new Error(`${name}: expected ${block.bytes} bytes in a block, found ${block.data.length}`);
    case 'RLE':
      return undoPredictor(undoRunLengths(block, name));
    case 'ZIPS':
    case 'ZIP':
      return undoPredictor(inflate(block.data, block.bytes, name));
    case 'PXR24':
      return decompressPxr24(block, header, name);
    case 'PIZ':
      return decompressPiz(block, header, name);
  }
}

/** A count and what it counts: n < 0: the next -n bytes; n ≥ 0: the next byte n + 1 times. */
function undoRunLengths({ data, bytes }: ExrBlock, name: string): Uint8Array {
  const out = new Uint8Array(bytes);
  let to = 0;
  for (let from = 0; from < data.length; ) {
    const count = ((data[from++] as number) << 24) >> 24;
    const length = count < 0 ? -count : count + 1;
    const needed = count < 0 ? length : 1;
    if (to + length > bytes || from + needed > data.length) throw damaged(name);
    if (count < 0) out.set(data.subarray(from, from + length), to);
    else out.fill(data[from] as number, to, to + length);
    from += needed;
    to += length;
  }
  if (to !== bytes) throw damaged(name);
  return out;
}

/** Bytes were stored as differences, those of even places before those of odd ones. */
function undoPredictor(bytes: Uint8Array): Uint8Array {
  for (let i = 1; i < bytes.length; i++) bytes[i] = (bytes[i - 1] as number) + (bytes[i] as number) - 128;
  const out = new Uint8Array(bytes.length);
  const half = Math.ceil(bytes.length / 2);
  for (let i = 0; i < half; i++) out[2 * i] = bytes[i] as number;
  for (let i = half; i < bytes.length; i++) out[2 * (i - half) + 1] = bytes[i] as number;
  return out;
}

/** Differences along each line, the highest bytes of all its pixels first; of a float only 3 of 4 bytes are kept. */
function decompressPxr24({ data, lines, bytes }: ExrBlock, { channels, width }: ExrHeader, name: string): Uint8Array {
  const kept = channels.map(({ type }) => (type === 'float' ? 3 : sampleBytes(type)));
  const planes = inflate(data, lines * width * kept.reduce((sum, count) => sum + count, 0), name);
  const out = new Uint8Array(bytes);
  const view = new DataView(out.buffer);
  let from = 0;
  let to = 0;
  for (let c = 0; c < lines * channels.length; c++) {
    const count = kept[c % channels.length] as number;
    const size = sampleBytes((channels[c % channels.length] as ExrHeader['channels'][number]).type);
    let value = 0;
    for (let x = 0; x < width; x++, to += size) {
      let difference = 0;
      for (let p = 0; p < count; p++) difference = (difference << 8) | (planes[from + p * width + x] as number);
      value = (value + (difference << (8 * (size - count)))) | 0;
      if (size === 2) view.setUint16(to, value, true);
      else view.setInt32(to, value, true);
    }
    from += count * width;
  }
  return out;
}

function damaged(name: string): Error {
  return new Error(`${name}: damaged EXR: a block's runs do not fill it`);
}
