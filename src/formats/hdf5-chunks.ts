import type { ByteReader } from './byte-reader.ts';
import { visitTree } from './hdf5-tree.ts';
import { inflate } from './inflate.ts';

export type Filter = 'deflate' | 'shuffle' | 'fletcher32';

export interface ChunkedLayout {
  readonly kind: 'chunked';
  /** Address of the B-tree that lists the chunks. */
  readonly tree: number;
  /** Elements of a chunk along each axis. */
  readonly chunk: readonly number[];
}

export interface ChunkedArray {
  readonly shape: readonly number[];
  readonly elementBytes: number;
  readonly filters: readonly Filter[];
}

const maxChunkBytes = 2 ** 28;

/** The bytes of an array from its chunks, all of which must be there. @throws Error naming the file */
export function readChunks(
  file: ByteReader,
  { tree, chunk }: ChunkedLayout,
  array: ChunkedArray,
): Uint8Array<ArrayBuffer> {
  const { shape, elementBytes } = array;
  const chunkBytes = chunk.reduce((product, size) => product * size, elementBytes);
  if (!(chunk.length > 0 && chunkBytes >= elementBytes && chunkBytes <= maxChunkBytes))
    throw file.error(`damaged HDF5: chunks of [${chunk}]`);
  const places = findChunks(file, tree, chunk.length);
  const expected = shape.reduce((product, size, axis) => product * Math.ceil(size / (chunk[axis] as number)), 1);
  const out = new Uint8Array(shape.reduce((product, size) => product * size, elementBytes));
  for (const place of places.values()) {
    const isPlaced = place.start.every(
      (at, axis) => at % (chunk[axis] as number) === 0 && at < (shape[axis] as number),
    );
    if (!isPlaced) throw file.error(`damaged HDF5: a chunk at [${place.start}] of an array of [${shape}]`);
  }
  if (places.size !== expected)
    throw file.error(`expected ${expected} chunks in the HDF5 data set, found ${places.size}`);
  for (const place of places.values()) {
    const bytes = unfilter(file, place, array.filters, { chunkBytes, elementBytes });
    copyChunk(bytes, { chunk, start: place.start }, { out, shape, elementBytes });
  }
  return out;
}

interface ChunkPlace {
  readonly start: readonly number[];
  readonly address: number;
  readonly bytes: number;
  /** A bit for each filter that was left out. */
  readonly skipped: number;
}

function findChunks(file: ByteReader, tree: number, axes: number): ReadonlyMap<string, ChunkPlace> {
  const places = new Map<string, ChunkPlace>();
  visitTree(file, tree, { type: 1, keyBytes: 8 + 8 * (axes + 1) }, ({ key, child }) => {
    const [bytes, skipped] = [key.u32(), key.u32()];
    const start = Array.from({ length: axes }, () => key.u64());
    places.set(start.join(), { start, address: child, bytes, skipped });
  });
  return places;
}

function unfilter(
  file: ByteReader,
  { address, bytes, skipped }: ChunkPlace,
  filters: readonly Filter[],
  { chunkBytes, elementBytes }: { chunkBytes: number; elementBytes: number },
): Uint8Array {
  file.position = address;
  let data = file.take(bytes);
  for (let f = filters.length - 1; f >= 0; f--) {
    if ((skipped >>> f) & 1) continue;
    const checksumBytes = filters.slice(0, f).includes('fletcher32') ? 4 : 0;
    if (filters[f] === 'fletcher32') data = verified(data, file);
    else if (filters[f] === 'deflate') data = inflate(data, chunkBytes + checksumBytes, file.name);
    else data = unshuffle(data, elementBytes);
  }
  if (data.length === chunkBytes) return data;
  throw file.error(`damaged HDF5: expected ${chunkBytes} bytes in a chunk, found ${data.length}`);
}

/** First the first bytes of all elements, then the second ones, and so on. */
function unshuffle(data: Uint8Array, elementBytes: number): Uint8Array {
  const count = Math.floor(data.length / elementBytes);
  const out = new Uint8Array(data); // not slice(), which copies nothing of a Buffer
  for (let byte = 0; byte < elementBytes; byte++) {
    for (let i = 0; i < count; i++) out[i * elementBytes + byte] = data[byte * count + i] as number;
  }
  return out;
}

/** The data before their checksum. @throws Error if it is wrong */
function verified(data: Uint8Array, file: ByteReader): Uint8Array {
  const end = data.length - 4;
  const stored = end < 0 ? -1 : Buffer.from(data.subarray(end)).readUInt32LE();
  if (fletcher32(data.subarray(0, Math.max(0, end))) === stored) return data.subarray(0, end);
  throw file.error('damaged HDF5: a chunk has a wrong checksum');
}

/** Two sums modulo 65535 of 16-bit big-endian words, where a sum that is not 0 stays so: 65535 stands for it. */
function fletcher32(data: Uint8Array): number {
  let [sum, sumOfSums] = [0, 0];
  for (let i = 0; i < data.length; i += 2) {
    sum += ((data[i] as number) << 8) | (data[i + 1] ?? 0);
    sum = (sum & 0xffff) + (sum >>> 16);
    sumOfSums += sum;
    sumOfSums = (sumOfSums & 0xffff) + (sumOfSums >>> 16);
  }
  return ((sumOfSums << 16) | sum) >>> 0;
}

interface Target {
  readonly out: Uint8Array;
  readonly shape: readonly number[];
  readonly elementBytes: number;
}

/** Copies what of a chunk is inside the array: runs along the last axis. */
function copyChunk(
  bytes: Uint8Array,
  { chunk, start }: { chunk: readonly number[]; start: readonly number[] },
  { out, shape, elementBytes }: Target,
): void {
  const last = shape.length - 1;
  const copy = (axis: number, from: number, to: number) => {
    const inside = Math.min(chunk[axis] as number, (shape[axis] as number) - (start[axis] as number));
    const first = to * (shape[axis] as number) + (start[axis] as number);
    if (axis === last) {
      const begin = from * (chunk[axis] as number) * elementBytes;
      out.set(bytes.subarray(begin, begin + inside * elementBytes), first * elementBytes);
      return;
    }
    for (let i = 0; i < inside; i++) copy(axis + 1, from * (chunk[axis] as number) + i, first + i);
  };
  copy(0, 0, 0);
}
