import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { join, normalize as normalizePath } from 'node:path';
import { inflateSync } from 'fflate';

/** Files by name, in a folder or in an archive. */
export interface ModelFiles {
  /** Of the folder or archive, for messages. */
  readonly path: string;
  has(name: string): boolean;
  /** @throws Error naming the file if it is missing, damaged or larger than `maxBytes` */
  read(name: string, maxBytes?: number): Promise<Uint8Array>;
}

const defaultMaxBytes = 64 * 2 ** 20;
const maxDirectoryBytes = 16 * 2 ** 20;

/** The files below a folder, whose names are known already. */
export function folderFiles(path: string, names: ReadonlySet<string>): ModelFiles {
  const has = (name: string) => names.has(normalizePath(name));
  return {
    path,
    has,
    async read(name, maxBytes = defaultMaxBytes) {
      if (!has(name)) throw new Error(`${join(path, name)}: no such file`);
      const { size } = await stat(join(path, name));
      if (size > maxBytes) throw new RangeError(`${join(path, name)}: ${size} bytes are more than ${maxBytes}`);
      return readFile(join(path, name));
    },
  };
}

interface ZipEntry {
  readonly method: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly headerPosition: number;
}

/**
 * The files of a zip archive, read one by one when asked for. The file stays closed in between.
 * @throws Error naming the archive if its directory is missing or damaged
 */
export async function zipFiles(path: string): Promise<ModelFiles> {
  const entries = await withHandle(path, (handle) => readDirectory(handle, path));
  return {
    path,
    has: (name) => entries.has(name),
    async read(name, maxBytes = defaultMaxBytes) {
      const entry = entries.get(name);
      if (!entry) throw new Error(`${path}: no file ${name} in this archive`);
      if (entry.bytes > maxBytes) throw new RangeError(`${path}: ${name} has ${entry.bytes} bytes, over ${maxBytes}`);
      return withHandle(path, (handle) => readEntry(handle, entry, `${path}: ${name}`));
    },
  };
}

async function withHandle<Result>(path: string, use: (handle: FileHandle) => Promise<Result>): Promise<Result> {
  const handle = await open(path, 'r');
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

async function readDirectory(handle: FileHandle, path: string): Promise<ReadonlyMap<string, ZipEntry>> {
  const { size } = await handle.stat();
  const tail = await readBytes(handle, Math.max(size - 65_557, 0), Math.min(size, 65_557));
  const end = tail.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0 || end + 22 > tail.length) throw new Error(`${path}: not a zip archive, or its end is missing`);
  const bytes = tail.readUInt32LE(end + 12);
  const position = tail.readUInt32LE(end + 16);
  if (bytes > maxDirectoryBytes || position + bytes > size) throw damaged(path, 'its directory is out of bounds');
  const directory = await readBytes(handle, position, bytes);
  const entries = new Map<string, ZipEntry>();
  for (let at = 0; at + 46 <= directory.length; ) {
    if (directory.readUInt32LE(at) !== 0x02014b50) throw damaged(path, `no entry at byte ${at} of its directory`);
    const nameEnd = at + 46 + directory.readUInt16LE(at + 28);
    entries.set(directory.toString('utf8', at + 46, nameEnd), {
      method: directory.readUInt16LE(at + 10),
      packedBytes: directory.readUInt32LE(at + 20),
      bytes: directory.readUInt32LE(at + 24),
      headerPosition: directory.readUInt32LE(at + 42),
    });
    at = nameEnd + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

async function readEntry(handle: FileHandle, entry: ZipEntry, name: string): Promise<Uint8Array> {
  const { size } = await handle.stat();
  const header = await readBytes(handle, entry.headerPosition, 30);
  const start = entry.headerPosition + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (start + entry.packedBytes > size) throw damaged(name, 'its bytes leave the archive');
  const packed = await readBytes(handle, start, entry.packedBytes);
  if (entry.method === 0) return packed;
  if (entry.method !== 8) throw damaged(name, `it is packed by method ${entry.method}, expected 0 or 8`);
  // Into an array of the promised size, which fflate never enlarges.
  const bytes = inflateSync(packed, { out: new Uint8Array(entry.bytes) });
  if (bytes.length !== entry.bytes) throw damaged(name, `${bytes.length} bytes came out, ${entry.bytes} were promised`);
  return bytes;
}

async function readBytes(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  if (bytesRead < length) throw new RangeError(`the file ends at byte ${position + bytesRead}; was it cut short?`);
  return buffer;
}

function damaged(name: string, problem: string): Error {
  return new Error(`${name}: damaged zip archive: ${problem}`);
}
