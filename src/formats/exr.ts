import { ByteReader } from './byte-reader.ts';
import { decompressBlock, type ExrBlock, linesPerBlock } from './exr-block.ts';
import { type ExrChannel, type ExrHeader, readExrHeader, sampleBytes } from './exr-header.ts';
import { type ReadOptions, readFileBytes } from './file-bytes.ts';
import { decodeHalf } from './half.ts';

/** One channel of an EXR image. */
export interface ExrImage {
  readonly width: number;
  readonly height: number;
  readonly channel: string;
  /** [height, width], from the top. */
  readonly values: Float32Array;
}

const maxPixels = 2 ** 26;
/** No compression here makes data smaller than deflate can: by 1032. */
const maxRatio = 1100;

/** Reads an `.exr` file, as decodeExr does. @throws Error naming the file */
export async function readExr(path: string, channel?: string, options: ReadOptions = {}): Promise<ExrImage> {
  return decodeExr(await readFileBytes(path, options), path, channel);
}

/**
 * One channel of an EXR image of scan lines: depth, as OpenCV writes it (`Y`, float or half). Read are files of one
 * part, uncompressed or in RLE, ZIPS, ZIP, PIZ or PXR24; refused are tiles, deep data, several parts and what is lossy.
 * @param channel its name; by default `Y`, `Z`, `R`, or the only one
 * @throws Error naming the file, also where its size cannot hold the pixels that it claims
 */
export function decodeExr(bytes: Uint8Array, name = 'exr', channel?: string): ExrImage {
  const reader = new ByteReader(bytes, name);
  const header = readExrHeader(reader);
  const wanted = findChannel(header, reader, channel);
  const { width, height } = header;
  const lineBytes = header.channels.reduce((sum, { type }) => sum + sampleBytes(type) * width, 0);
  if (width * height > maxPixels || lineBytes * height > bytes.length * maxRatio) {
    throw reader.error(
      `${bytes.length} bytes claim ${width} × ${height} pixels; expected at most ${maxPixels}, all there`,
    );
  }
  const blocks = readBlocks(reader, header, lineBytes);
  const values = new Float32Array(width * height);
  const before = header.channels.slice(0, header.channels.indexOf(wanted));
  const offset = before.reduce((sum, { type }) => sum + sampleBytes(type) * width, 0);
  const line = new Uint8Array(sampleBytes(wanted.type) * width);
  blocks.forEach((block, b) => {
    const raw = decompressBlock(block, header, name);
    for (let y = 0; y < block.lines; y++) {
      const start = y * lineBytes + offset;
      line.set(raw.subarray(start, start + line.length));
      const row = (b * linesPerBlock[header.compression] + y) * width;
      decodeLine(line, wanted.type, values.subarray(row, row + width));
    }
  });
  return { width, height, channel: wanted.name, values };
}

function findChannel({ channels }: ExrHeader, reader: ByteReader, wanted?: string): ExrChannel {
  const names = wanted === undefined ? ['Y', 'Z', 'R'] : [wanted];
  const found = names.map((name) => channels.find((each) => each.name === name)).find((each) => each !== undefined);
  if (found) return found;
  const [only] = channels;
  if (wanted === undefined && only && channels.length === 1) return only;
  const there = channels.map(({ name }) => name).join(', ');
  throw reader.error(`expected the channel ${names.join(' or ')} in the EXR, found ${there}`);
}

/** The blocks from the top, each checked to be in the file, by the table that follows the header. */
function readBlocks(reader: ByteReader, header: ExrHeader, lineBytes: number): ExrBlock[] {
  const { height, firstLine, compression } = header;
  const most = linesPerBlock[compression];
  const table = reader.part(Math.ceil(height / most) * 8);
  return Array.from({ length: Math.ceil(height / most) }, (_, b) => {
    reader.position = table.u64();
    const y = reader.i32();
    if (y !== firstLine + b * most)
      throw reader.error(`expected line ${firstLine + b * most} in its block, found ${y}`);
    const lines = Math.min(most, height - b * most);
    const data = reader.take(reader.u32());
    if (data.length > lines * lineBytes) {
      throw reader.error(`expected at most ${lines * lineBytes} bytes in the block of line ${y}, found ${data.length}`);
    }
    return { data, lines, bytes: lines * lineBytes };
  });
}

/** @param line starts its buffer, which has the right alignment for every type */
function decodeLine(line: Uint8Array<ArrayBuffer>, type: ExrChannel['type'], out: Float32Array): void {
  if (type === 'half') decodeHalf(new Uint16Array(line.buffer), out);
  else out.set(type === 'float' ? new Float32Array(line.buffer) : new Uint32Array(line.buffer));
}
