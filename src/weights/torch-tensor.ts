import type { TensorInfo } from './archive.ts';
import { type Dtype, elementCount, isShape } from './dtype.ts';

/** A storage that a pickle refers to: elements in the file, from which tensors are cut. */
export class TorchStorage {
  readonly key: string;
  readonly dtype: Dtype;
  readonly count: number;
  /** Where this storage begins in the one stored under its key, in elements (old files have views of storages). */
  readonly first: number;

  constructor({ key, dtype, count, first }: { key: string; dtype: Dtype; count: number; first: number }) {
    this.key = key;
    this.dtype = dtype;
    this.count = count;
    this.first = first;
  }
}

/** A strided view of a storage. Offset and strides are in elements. */
export class TorchTensor implements TensorInfo {
  readonly storage: TorchStorage;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;

  constructor(storage: unknown, view: { offset: unknown; shape: unknown; strides: unknown }) {
    if (!(storage instanceof TorchStorage)) throw new Error('a tensor must be cut from a storage');
    const { offset, shape, strides } = view;
    const where = `a tensor of storage ${storage.key}`;
    if (!isShape(shape) || !isShape(strides) || !isShape([offset]) || shape.length !== strides.length) {
      throw new Error(`${where}: shape, strides and offset must be non-negative integers, one stride for each size`);
    }
    if (shape.length > maxRank) throw new Error(`${where} has ${shape.length} axes, at most ${maxRank} are allowed`);
    this.storage = storage;
    this.dtype = storage.dtype;
    this.shape = shape;
    this.strides = strides;
    this.offset = offset as number;
    this.expectInside(where);
  }

  get count(): number {
    return elementCount(this.shape) as number;
  }

  /** Elements of the storage from the first to the last one used. */
  get span(): number {
    if (this.count === 0) return 0;
    return 1 + this.shape.reduce((last, size, axis) => last + (size - 1) * (this.strides[axis] as number), 0);
  }

  get isContiguous(): boolean {
    let step = 1;
    for (let axis = this.shape.length - 1; axis >= 0; axis--) {
      const size = this.shape[axis] as number;
      if (size !== 1 && this.strides[axis] !== step) return false;
      step *= size;
    }
    return true;
  }

  private expectInside(where: string): void {
    const count = elementCount(this.shape);
    const fits = count !== undefined && this.offset + this.span <= this.storage.count;
    if (!fits) {
      throw new Error(
        `${where}: shape [${this.shape}], strides [${this.strides}], offset ${this.offset} leave its ${this.storage.count} elements`,
      );
    }
    if (count > Math.max(this.storage.count, maxExpandedCount)) {
      throw new Error(`${where}: shape [${this.shape}] repeats its ${this.storage.count} elements too often`);
    }
  }
}

const maxRank = 64;
/** An expanded tensor repeats elements, so its size is not bounded by the file's: this bounds it. */
const maxExpandedCount = 2 ** 24;

type Elements = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

/** Copies the elements of a view, whose first element is `span[0]`, in row-major order. */
export function gatherBytes(
  tensor: TorchTensor,
  span: Uint8Array<ArrayBuffer>,
  elementSize: number,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(tensor.count * elementSize);
  const View = elementView(elementSize);
  const source = new View(span.buffer, span.byteOffset, span.length / elementSize);
  const target = new View(out.buffer);
  // Without its axes of size 1 a tensor of n elements has at most log2(n) axes, which bounds the work below.
  const axes = tensor.shape
    .map((size, axis) => ({ size, stride: tensor.strides[axis] as number }))
    .filter(({ size }) => size !== 1);
  let next = 0;
  const copyAxis = (depth: number, start: number) => {
    const axis = axes[depth];
    if (axis === undefined) target[next++] = source[start] as never;
    else for (let i = 0; i < axis.size; i++) copyAxis(depth + 1, start + i * axis.stride);
  };
  if (tensor.count > 0) copyAxis(0, 0);
  return out;
}

function elementView(size: number): new (buffer: ArrayBuffer, offset?: number, length?: number) => Elements {
  if (size === 8) return BigUint64Array;
  if (size === 4) return Uint32Array;
  return size === 2 ? Uint16Array : Uint8Array;
}
