import type { RandomAccessFile } from '#files/random-access-file.ts';
import { type Dtype, dtypeSizes } from './dtype.ts';
import { decodeFloat32 } from './float-codec.ts';

/** Elements that follow each other in a file. */
export interface ElementRun {
  readonly dtype: Dtype;
  readonly position: number;
  readonly count: number;
  readonly bigEndian?: boolean;
}

/** Elements converted at a time, so that a large half-precision tensor needs no second large buffer. */
const chunkElements = 2 ** 22;

/** Reads a run as float32; a float32 run goes from the file straight into the result. */
export async function readFloat32Run(file: RandomAccessFile, run: ElementRun): Promise<Float32Array> {
  expectFits(file, run);
  const values = new Float32Array(run.count);
  if (run.dtype === 'F32') {
    await readRaw(file, run, new Uint8Array(values.buffer));
    return values;
  }
  const size = dtypeSizes[run.dtype];
  const buffer = new Uint8Array(Math.min(run.count, chunkElements) * size);
  for (let start = 0; start < run.count; start += chunkElements) {
    const count = Math.min(chunkElements, run.count - start);
    const bytes = buffer.subarray(0, count * size);
    await readRaw(file, { ...run, position: run.position + start * size }, bytes);
    decodeFloat32(run.dtype, bytes, values.subarray(start, start + count));
  }
  return values;
}

/** Reads a run in its own dtype, little-endian. */
export async function readByteRun(file: RandomAccessFile, run: ElementRun): Promise<Uint8Array<ArrayBuffer>> {
  expectFits(file, run);
  const bytes = new Uint8Array(run.count * dtypeSizes[run.dtype]);
  await readRaw(file, run, bytes);
  return bytes;
}

function expectFits(file: RandomAccessFile, { dtype, position, count }: ElementRun): void {
  const end = position + count * dtypeSizes[dtype];
  if (end <= file.size) return;
  throw new Error(
    `${file.path}: ${count} elements of ${dtype} at byte ${position} end after the file's ${file.size} bytes`,
  );
}

async function readRaw(file: RandomAccessFile, run: ElementRun, target: Uint8Array<ArrayBuffer>): Promise<void> {
  await file.readInto(target, run.position);
  if (run.bigEndian) swapBytes(target, dtypeSizes[run.dtype]);
}

function swapBytes(bytes: Uint8Array<ArrayBuffer>, size: 1 | 2 | 4 | 8): void {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 2) view.swap16();
  if (size === 4) view.swap32();
  if (size === 8) view.swap64();
}
