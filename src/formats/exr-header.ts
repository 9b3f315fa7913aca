import type { ByteReader } from './byte-reader.ts';

const compressions = ['NONE', 'RLE', 'ZIPS', 'ZIP', 'PIZ', 'PXR24'] as const;
export type ExrCompression = (typeof compressions)[number];
const refusedCompressions = ['B44', 'B44A', 'DWAA', 'DWAB', 'HTJ2K256', 'HTJ2K32'];

export type ExrType = 'uint' | 'half' | 'float';
const types: readonly ExrType[] = ['uint', 'half', 'float'];

export interface ExrChannel {
  readonly name: string;
  readonly type: ExrType;
}

/** Of a file of one part of scan lines. */
export interface ExrHeader {
  readonly width: number;
  readonly height: number;
  /** Number of the first line; they need not begin at 0. */
  readonly firstLine: number;
  readonly compression: ExrCompression;
  /** In the order in which each line holds them, which is that of their names. */
  readonly channels: readonly ExrChannel[];
}

const magic = 20000630;
const longNames = 4;
const refusedForms: readonly (readonly [flag: number, form: string])[] = [
  [2, 'tiles'],
  [8, 'deep data'],
  [16, 'several parts'],
];
const maxAttributes = 1000;
const maxChannels = 64;

/** Reads up to the end of the header (OpenEXR's "file layout"). @throws Error naming the file and what is not read */
export function readExrHeader(reader: ByteReader): ExrHeader {
  if (reader.remaining < 8 || reader.u32() !== magic)
    throw reader.error('expected an EXR file, found another signature');
  const version = reader.u32();
  if ((version & 0xff) !== 2) throw reader.error(`expected version 2 of EXR, found ${version & 0xff}`);
  const flags = version >>> 8;
  const refused = refusedForms.find(([flag]) => flags & flag);
  if (refused)
    throw reader.error(`expected an EXR of one part of scan lines, found ${refused[1]}; save it as scan lines`);
  if (flags & ~longNames) throw reader.error(`expected an EXR of one part of scan lines, found the flags ${flags}`);
  const attributes = readAttributes(reader);
  const attribute = (name: string, type: string) => {
    const found = attributes.get(name);
    if (found?.type === type) return found.reader;
    throw reader.error(`expected a header with ${name} (${type}), found ${found?.type ?? 'none'}`);
  };
  return {
    ...readWindow(attribute('dataWindow', 'box2i')),
    compression: readCompression(attribute('compression', 'compression')),
    channels: readChannels(attribute('channels', 'chlist')),
  };
}

interface Attribute {
  readonly type: string;
  readonly reader: ByteReader;
}

function readAttributes(reader: ByteReader): ReadonlyMap<string, Attribute> {
  const attributes = new Map<string, Attribute>();
  for (let count = 0; count < maxAttributes; count++) {
    const name = reader.zeroEnded();
    if (name === '') return attributes;
    const type = reader.zeroEnded();
    attributes.set(name, { type, reader: reader.part(reader.i32()) });
  }
  throw reader.error(`expected at most ${maxAttributes} attributes, found more`);
}

function readWindow(reader: ByteReader): Pick<ExrHeader, 'width' | 'height' | 'firstLine'> {
  const [left, top, right, bottom] = [reader.i32(), reader.i32(), reader.i32(), reader.i32()] as const;
  const [width, height] = [right - left + 1, bottom - top + 1];
  if (width < 1 || height < 1) throw reader.error(`expected pixels in the EXR, found ${width} × ${height}`);
  return { width, height, firstLine: top };
}

function readCompression(reader: ByteReader): ExrCompression {
  const code = reader.u8();
  const compression = compressions[code];
  if (compression) return compression;
  const found = refusedCompressions[code - compressions.length] ?? `number ${code}`;
  throw reader.error(
    `expected one of the compressions ${compressions.join(', ')}, found ${found}; save the EXR as ZIP`,
  );
}

function readChannels(reader: ByteReader): ExrChannel[] {
  const channels: ExrChannel[] = [];
  for (let name = reader.zeroEnded(); name !== ''; name = reader.zeroEnded()) {
    const type = types[reader.u32()];
    reader.take(4); // pLinear is a hint for lossy compressions
    const [across, down] = [reader.u32(), reader.u32()];
    if (!type) throw reader.error(`expected uint, half or float in the channel ${name}, found another type`);
    if (across !== 1 || down !== 1) {
      throw reader.error(`expected every pixel in the channel ${name}, found one in ${across} × ${down}`);
    }
    channels.push({ name, type });
    if (channels.length > maxChannels) throw reader.error(`expected at most ${maxChannels} channels, found more`);
  }
  if (channels.length === 0) throw reader.error('expected a channel in the EXR, found none');
  return channels;
}

export function sampleBytes(type: ExrType): number {
  return type === 'half' ? 2 : 4;
}
