import { deflateSync } from 'node:zlib';

export interface ExrContents {
  readonly width: number;
  readonly height: number;
  /** [height, width], from the top. */
  readonly values: Float32Array;
}

const linesPerBlock = 16;

/** An EXR file of one float channel `Y`, compressed by ZIP: depth as OpenCV writes it. */
export function encodeExr({ width, height, values }: ExrContents): Uint8Array {
  if (values.length !== width * height) {
    throw new RangeError(`encodeExr: ${width} × ${height} pixels do not fit ${values.length} values`);
  }
  const header = headerOf(width, height);
  const count = Math.ceil(height / linesPerBlock);
  const blocks = Array.from({ length: count }, (_, b) => {
    const end = Math.min(height, (b + 1) * linesPerBlock);
    return blockOf(b * linesPerBlock, values.subarray(b * linesPerBlock * width, end * width));
  });
  const table = Buffer.alloc(8 * count);
  let position = header.length + table.length;
  blocks.forEach((block, b) => {
    table.writeBigUInt64LE(BigInt(position), 8 * b);
    position += block.length;
  });
  return Buffer.concat([header, table, ...blocks]);
}

function headerOf(width: number, height: number): Buffer {
  const window = int32s(0, 0, width - 1, height - 1);
  const channel = Buffer.concat([Buffer.from('Y\0'), int32s(2, 0, 1, 1), Buffer.alloc(1)]);
  return Buffer.concat([
    int32s(20000630, 2),
    attribute('channels', 'chlist', channel),
    attribute('compression', 'compression', Buffer.of(3)),
    attribute('dataWindow', 'box2i', window),
    attribute('displayWindow', 'box2i', window),
    attribute('lineOrder', 'lineOrder', Buffer.of(0)),
    attribute('pixelAspectRatio', 'float', float32s(1)),
    attribute('screenWindowCenter', 'v2f', float32s(0, 0)),
    attribute('screenWindowWidth', 'float', float32s(1)),
    Buffer.alloc(1),
  ]);
}

function attribute(name: string, type: string, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${name}\0${type}\0`), int32s(value.length), value]);
}

/** Its first line, its size and its bytes: those of even places first, as differences, deflated where that is less. */
function blockOf(line: number, values: Float32Array): Buffer {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const half = bytes.length / 2;
  const parted = new Uint8Array(bytes.length);
  for (let i = 0; i < half; i++) {
    parted[i] = bytes[2 * i] as number;
    parted[half + i] = bytes[2 * i + 1] as number;
  }
  for (let i = parted.length - 1; i > 0; i--) parted[i] = (parted[i] as number) - (parted[i - 1] as number) + 128;
  const deflated = deflateSync(parted);
  const data = deflated.length < bytes.length ? deflated : bytes;
  return Buffer.concat([int32s(line, data.length), data]);
}

function int32s(...values: readonly number[]): Buffer {
  return Buffer.from(Int32Array.from(values).buffer);
}

function float32s(...values: readonly number[]): Buffer {
  return Buffer.from(Float32Array.from(values).buffer);
}
