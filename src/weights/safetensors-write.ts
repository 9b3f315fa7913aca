import type { FileHandle } from 'node:fs/promises';
import { writeAtomically, writeFully } from '#files/atomic-file.ts';
import { type Dtype, dtypeSizes, elementCount, isShape } from './dtype.ts';
import { encodeFloat32, type FloatStorage } from './float-codec.ts';

/** A tensor to be written; its data are asked for when its turn comes. */
export interface TensorSource {
  readonly name: string;
  readonly shape: readonly number[];
  /** Given for data that pass through as they are (bytes, little-endian); otherwise the data are float32. */
  readonly dtype?: Dtype;
  data(): TensorData | Promise<TensorData>;
}
type TensorData = Float32Array | Uint8Array;

export interface WriteSafetensorsOptions {
  /** How float32 data are stored; halves are rounded to the nearest, ties to even. */
  readonly storage?: FloatStorage;
  /** Defaults to { format: 'pt' }, without which PyTorch's hub loader refuses the file. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { name: string; writtenBytes: number; totalBytes: number }) => void;
}

interface PlacedTensor {
  readonly source: TensorSource;
  readonly dtype: Dtype;
  readonly bytes: number;
}

/**
 * Writes a .safetensors file tensor by tensor, holding one tensor's data at a time.
 * Tensors of larger elements come first, so that each begins at a multiple of its element size.
 * @throws RangeError for a repeated name, an impossible shape or data that do not fit theirs; the signal's reason when
 * aborted. The file then keeps its old contents, if it had any.
 */
export async function writeSafetensors(
  path: string,
  tensors: Iterable<TensorSource>,
  options: WriteSafetensorsOptions = {},
): Promise<void> {
  const placed = place([...tensors], options.storage ?? 'F32');
  const header = encodeHeader(placed, options.metadata ?? { format: 'pt' });
  await writeAtomically(path, async (handle) => {
    await writeFully(handle, header);
    await writeData(handle, placed, options);
  });
}

function place(sources: readonly TensorSource[], storage: FloatStorage): readonly PlacedTensor[] {
  const names = new Set<string>(['__metadata__']);
  const placed = sources.map((source) => {
    if (names.has(source.name)) throw new RangeError(`writeSafetensors: the name ${source.name} is taken already`);
    names.add(source.name);
    const dtype = source.dtype ?? storage;
    const count = isShape(source.shape) ? elementCount(source.shape) : undefined;
    if (count === undefined)
      throw new RangeError(`writeSafetensors: ${source.name} has no such shape: [${source.shape}]`);
    return { source, dtype, bytes: count * dtypeSizes[dtype] };
  });
  return placed.sort((a, b) => dtypeSizes[b.dtype] - dtypeSizes[a.dtype]);
}

function encodeHeader(placed: readonly PlacedTensor[], metadata: Readonly<Record<string, string>>): Uint8Array {
  let end = 0;
  const entries = placed.map(({ source, dtype, bytes }) => {
    end += bytes;
    return [source.name, { dtype, shape: source.shape, data_offsets: [end - bytes, end] }] as const;
  });
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries([['__metadata__', metadata], ...entries])));
  const padded = Math.ceil(json.length / 8) * 8;
  const header = new Uint8Array(8 + padded).fill(' '.charCodeAt(0));
  new DataView(header.buffer).setBigUint64(0, BigInt(padded), true);
  header.set(json, 8);
  return header;
}

async function writeData(
  handle: FileHandle,
  placed: readonly PlacedTensor[],
  { signal, onProgress }: WriteSafetensorsOptions,
): Promise<void> {
  const totalBytes = placed.reduce((sum, { bytes }) => sum + bytes, 0);
  let writtenBytes = 0;
  for (const tensor of placed) {
    signal?.throwIfAborted();
    const bytes = encode(tensor, await tensor.source.data());
    await writeFully(handle, bytes);
    writtenBytes += bytes.length;
    onProgress?.({ name: tensor.source.name, writtenBytes, totalBytes });
  }
  signal?.throwIfAborted();
}

function encode({ source, dtype, bytes }: PlacedTensor, data: TensorData): Uint8Array {
  const encoded = source.dtype === undefined ? encodeNamed(source.name, dtype, data) : data;
  if (!(encoded instanceof Uint8Array) || encoded.length !== bytes) {
    throw new RangeError(
      `writeSafetensors: ${source.name} ${dtype} [${source.shape.join(', ')}] takes ${bytes} bytes, its data give ` +
        `${data.length} elements of ${data.constructor.name}`,
    );
  }
  return encoded;
}

function encodeNamed(name: string, dtype: Dtype, data: TensorData): Uint8Array {
  if (!(data instanceof Float32Array)) {
    throw new TypeError(`writeSafetensors: ${name} has no dtype, so its data must be a Float32Array`);
  }
  try {
    return encodeFloat32(dtype as FloatStorage, data);
  } catch (error) {
    throw new RangeError(`writeSafetensors: ${name}: ${(error as Error).message}`);
  }
}
