import { inflateRawSync } from 'node:zlib';
import type { RandomAccessFile } from './random-access-file.ts';

/** One file inside a zip. */
export interface ZipEntry {
  /** Encrypted entries, and those of rarer methods, cannot be read. */
  readonly packing: 'stored' | 'deflated' | 'unreadable';
  readonly packedSize: number;
  /** Unpacked, as the archive promises. */
  readonly size: number;
  /** Byte of its local header, before its data. */
  readonly headerPosition: number;
}

const endRecordSize = 22;
const maxCommentSize = 0xffff;
const maxDirectoryBytes = 2 ** 26;
const notHere = 0xffffffff;

/**
 * Lists the files of a zip archive; zip64 where needed.
 * @throws Error for a file without a directory (cut short), a damaged one, and repeated names
 */
export async function readZipDirectory(file: RandomAccessFile): Promise<ReadonlyMap<string, ZipEntry>> {
  const { position, size, count } = await findDirectory(file);
  if (size > maxDirectoryBytes || position + size > file.size) throw damaged('its directory is out of bounds');
  const directory = viewOf(await file.read(position, size));
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    const record = readRecord(directory, at, file.size);
    if (entries.has(record.name)) throw damaged(`two entries are named ${record.name}`);
    entries.set(record.name, record.entry);
    at = record.end;
  }
  return entries;
}

/**
 * The bytes of an entry, unpacked.
 * @throws Error if it has more than `maxBytes`, is damaged or cannot be unpacked; what it promises is checked first
 */
export async function readZipEntry(file: RandomAccessFile, entry: ZipEntry, maxBytes: number): Promise<Uint8Array> {
  const { packing, packedSize, size } = entry;
  if (packing === 'unreadable') throw new Error('it is encrypted, or packed otherwise than by deflate');
  if (Math.max(size, packedSize) > maxBytes) throw new RangeError(`it has ${size} bytes, over ${maxBytes}`);
  const packed = await file.read(await entryPosition(file, entry), packedSize);
  const bytes = packing === 'stored' ? packed : inflate(packed, size);
  if (bytes.length !== size) throw damaged(`${bytes.length} bytes came out of an entry, ${size} were promised`);
  return bytes;
}

function inflate(packed: Uint8Array, size: number): Uint8Array {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch (error) {
    throw damaged(`an entry cannot be unpacked (${(error as Error).message})`);
  }
}

/** Byte in the file at which an entry's data begin. */
export async function entryPosition(file: RandomAccessFile, { headerPosition, packedSize }: ZipEntry): Promise<number> {
  const header = viewOf(await file.read(headerPosition, 30));
  if (header.getUint32(0, true) !== 0x04034b50)
    throw new Error(`${file.path}: damaged zip archive, no entry begins at byte ${headerPosition}`);
  const position = headerPosition + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  if (position + packedSize > file.size)
    throw new Error(`${file.path}: damaged zip archive, the entry at byte ${headerPosition} leaves the file`);
  return position;
}

interface Directory {
  readonly position: number;
  readonly size: number;
  readonly count: number;
}

async function findDirectory(file: RandomAccessFile): Promise<Directory> {
  const tailSize = Math.min(file.size, endRecordSize + maxCommentSize);
  const tailPosition = file.size - tailSize;
  const tail = viewOf(await file.read(tailPosition, tailSize));
  for (let at = tailSize - endRecordSize; at >= 0; at--) {
    if (tail.getUint32(at, true) !== 0x06054b50) continue;
    const short = {
      count: tail.getUint16(at + 10, true),
      size: tail.getUint32(at + 12, true),
      position: tail.getUint32(at + 16, true),
    };
    const needsLong = short.count === 0xffff || short.size === notHere || short.position === notHere;
    return needsLong ? findLongDirectory(file, tailPosition + at) : short;
  }
  throw new Error('a zip archive has a directory at its end, this file has none; was its download cut short?');
}

/** Zip64: a locator just before the end record gives the place of a record with 64-bit fields. */
async function findLongDirectory(file: RandomAccessFile, endRecord: number): Promise<Directory> {
  const locator = viewOf(await file.read(Math.max(0, endRecord - 20), 20));
  if (locator.getUint32(0, true) !== 0x07064b50) throw damaged('its zip64 locator is missing');
  const record = viewOf(await file.read(uint64(locator, 8), 56));
  if (record.getUint32(0, true) !== 0x06064b50) throw damaged('its zip64 record is missing');
  return { count: uint64(record, 32), size: uint64(record, 40), position: uint64(record, 48) };
}

interface DirectoryRecord {
  readonly name: string;
  readonly entry: ZipEntry;
  readonly end: number;
}

function readRecord(directory: DataView<ArrayBuffer>, at: number, fileSize: number): DirectoryRecord {
  if (at + 46 > directory.byteLength || directory.getUint32(at, true) !== 0x02014b50) {
    throw damaged(`entry record at byte ${at} of its directory is damaged`);
  }
  const nameEnd = at + 46 + directory.getUint16(at + 28, true);
  const extraEnd = nameEnd + directory.getUint16(at + 30, true);
  const end = extraEnd + directory.getUint16(at + 32, true);
  if (end > directory.byteLength) throw damaged('an entry record leaves its directory');
  const name = new TextDecoder().decode(directory.buffer.slice(at + 46, nameEnd));
  return { name, entry: readEntry(directory, { at, nameEnd, extraEnd }, fileSize), end };
}

interface RecordPlace {
  readonly at: number;
  readonly nameEnd: number;
  readonly extraEnd: number;
}

function readEntry(directory: DataView, { at, nameEnd, extraEnd }: RecordPlace, fileSize: number): ZipEntry {
  const long = longFields(directory, nameEnd, extraEnd);
  // The zip64 field holds only those values whose short form is full, in this order.
  const [size, packedSize, headerPosition] = [24, 20, 42].map((field) => {
    const short = directory.getUint32(at + field, true);
    return short === notHere ? long.shift() : short;
  });
  const isPlaced = size !== undefined && packedSize !== undefined && headerPosition !== undefined;
  if (!isPlaced || headerPosition + packedSize > fileSize) throw damaged('an entry leaves the file');
  const packing = packingOf(directory.getUint16(at + 8, true), directory.getUint16(at + 10, true));
  if (packing === 'stored' && size !== packedSize) throw damaged('a stored entry has two sizes');
  return { packing, packedSize, size, headerPosition };
}

function packingOf(flags: number, method: number): ZipEntry['packing'] {
  const isEncrypted = (flags & 1) === 1;
  if (isEncrypted) return 'unreadable';
  return method === 0 ? 'stored' : method === 8 ? 'deflated' : 'unreadable';
}

function longFields(directory: DataView, start: number, end: number): number[] {
  for (let at = start; at + 4 <= end; ) {
    const size = directory.getUint16(at + 2, true);
    const next = at + 4 + size;
    if (directory.getUint16(at, true) === 1 && next <= end) {
      return Array.from({ length: Math.floor(size / 8) }, (_, i) => uint64(directory, at + 4 + 8 * i));
    }
    at = next;
  }
  return [];
}

function uint64(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView<ArrayBuffer> {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damaged(problem: string): Error {
  return new Error(`this zip archive is damaged: ${problem}`);
}
