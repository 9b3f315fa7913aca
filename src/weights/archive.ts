import type { Dtype } from './dtype.ts';

export interface TensorInfo {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

/** An open file (or folder) of named tensors. Its data stay on the disk until they are asked for. */
export interface TensorArchive {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** Free text stored beside the tensors (safetensors' `__metadata__`). */
  readonly metadata: Readonly<Record<string, string>>;
  /** The tensor's elements, row-major, rounded to float32. */
  readFloat32(name: string): Promise<Float32Array>;
  /** The tensor's elements, row-major, little-endian, in their own dtype. */
  readBytes(name: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** @throws RangeError when the archive has no tensor of that name. */
export function findTensor<Entry>(path: string, tensors: ReadonlyMap<string, Entry>, name: string): Entry {
  const entry = tensors.get(name);
  if (!entry) throw new RangeError(`${path} has no tensor named ${JSON.stringify(name)}`);
  return entry;
}
