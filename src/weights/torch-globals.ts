import { type Dtype, dtypeSizes, isShape } from './dtype.ts';
import type { PickleGlobal, PickleHost, Stateful } from './torch-pickle.ts';
import { TorchStorage, TorchTensor } from './torch-tensor.ts';

/** argparse.Namespace: a plain record. */
export class Namespace implements Stateful {
  readonly attributes = new Map<unknown, unknown>();

  setState(state: unknown): void {
    if (!(state instanceof Map)) throw new Error('argparse.Namespace: its state must be a dict');
    for (const [key, value] of state) this.attributes.set(key, value);
  }
}

/** collections.OrderedDict; the attribute `_metadata` that a module's state dict carries is of no use here. */
class OrderedDict extends Map<unknown, unknown> implements Stateful {
  setState(): void {}
}

/** torch.FloatStorage and its kin: named by a storage's persistent id. */
class StorageType implements PickleGlobal {
  readonly name: string;
  readonly dtype: Dtype;

  constructor(name: string, dtype: Dtype) {
    this.name = name;
    this.dtype = dtype;
  }
}

/** numpy.dtype('f8'); its state says nothing more than the byte order. */
class NumpyDtype implements Stateful {
  readonly code: string;
  private littleEndian = true;

  constructor(code: unknown) {
    if (typeof code !== 'string' || !Object.hasOwn(numpyScalars, code)) {
      throw new Error(`numpy.dtype: one of ${Object.keys(numpyScalars).join(', ')} is expected, got ${shown(code)}`);
    }
    this.code = code;
  }

  setState(state: unknown): void {
    this.littleEndian = Array.isArray(state) && state[1] !== '>';
  }

  scalar(bytes: unknown): unknown {
    const [size, read] = numpyScalars[this.code] as NumpyScalar;
    if (!(bytes instanceof Uint8Array) || bytes.length !== size) {
      throw new Error(`a numpy scalar of type ${this.code} takes ${size} bytes`);
    }
    return read(new DataView(bytes.buffer, bytes.byteOffset, size), this.littleEndian);
  }
}

type NumpyScalar = readonly [size: number, read: (view: DataView, littleEndian: boolean) => number | bigint | boolean];
const numpyScalars: Readonly<Record<string, NumpyScalar>> = {
  f8: [8, (view, little) => view.getFloat64(0, little)],
  f4: [4, (view, little) => view.getFloat32(0, little)],
  i8: [8, (view, little) => plainInteger(view.getBigInt64(0, little))],
  i4: [4, (view, little) => view.getInt32(0, little)],
  u8: [8, (view, little) => plainInteger(view.getBigUint64(0, little))],
  b1: [1, (view) => view.getUint8(0) !== 0],
};

function plainInteger(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

const storageTypes: Readonly<Record<string, Dtype>> = {
  'torch.DoubleStorage': 'F64',
  'torch.FloatStorage': 'F32',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
  'torch.LongStorage': 'I64',
  'torch.IntStorage': 'I32',
  'torch.ShortStorage': 'I16',
  'torch.CharStorage': 'I8',
  'torch.ByteStorage': 'U8',
  'torch.BoolStorage': 'BOOL',
  'torch.storage.UntypedStorage': 'U8',
};

const torchDtypes: Readonly<Record<string, Dtype>> = {
  'torch.float64': 'F64',
  'torch.float32': 'F32',
  'torch.float16': 'F16',
  'torch.bfloat16': 'BF16',
  'torch.int64': 'I64',
  'torch.int32': 'I32',
  'torch.int16': 'I16',
  'torch.int8': 'I8',
  'torch.uint64': 'U64',
  'torch.uint32': 'U32',
  'torch.uint16': 'U16',
  'torch.uint8': 'U8',
  'torch.bool': 'BOOL',
};

const callables: Readonly<Record<string, (args: readonly unknown[]) => unknown>> = {
  'collections.OrderedDict': (args) => expectNone(new OrderedDict(), args, 'collections.OrderedDict'),
  'argparse.Namespace': (args) => expectNone(new Namespace(), args, 'argparse.Namespace'),
  'torch._utils._rebuild_tensor': ([storage, ...view]) => tensor(storage, view),
  'torch._utils._rebuild_tensor_v2': ([storage, ...view]) => tensor(storage, view),
  'torch._utils._rebuild_tensor_v3': ([storage, ...view]) => tensor(retyped(storage, view[5]), view),
  'torch._utils._rebuild_parameter': ([data]) => data,
  'torch.Size': ([sizes]) => sizes,
  'torch.device': (args) => args.map(shown).join(':'),
  'numpy.dtype': ([code]) => new NumpyDtype(code),
  'numpy.core.multiarray.scalar': numpyScalar,
  'numpy._core.multiarray.scalar': numpyScalar,
  '_codecs.encode': encodeLatin1,
};

/**
 * The only names that a checkpoint's pickle may use, and what stands for them: state dicts, torch.save's tensors, an
 * argparse.Namespace and numpy's scalars. Nothing else is imported, looked up or called.
 * @throws Error naming the global that is not on the list
 */
export function findTorchGlobal(name: string): PickleGlobal {
  const call = own(callables, name);
  if (call) return { name, call };
  const dtype = own(storageTypes, name);
  if (dtype) return new StorageType(name, dtype);
  if (own(torchDtypes, name)) return { name };
  throw new Error(
    `its pickle asks for ${JSON.stringify(name.slice(0, 100))}, which no state dict needs; it was refused and nothing was run. ` +
      'If you trust the file, load it in PyTorch and save its state dict alone',
  );
}

/** What a persistent id says of a storage; `view` is (key, offset, size) in old files where the storage is a view. */
export interface StorageId {
  readonly key: string;
  readonly dtype: Dtype;
  readonly count: number;
  readonly view: unknown;
}

/** The host of a pickle whose storages `resolve` finds in the file. */
export function torchHost(resolve: (id: StorageId) => TorchStorage): PickleHost {
  return { findGlobal: findTorchGlobal, loadPersistent: (id) => resolve(storageId(id)) };
}

function storageId(id: unknown): StorageId {
  const [tag, type, key, , count, view] = (Array.isArray(id) ? id : []) as unknown[];
  const isStorage = tag === 'storage' && type instanceof StorageType && typeof key === 'string';
  if (!isStorage || !isShape([count])) {
    throw new Error('a persistent id must be (storage, type, key, location, size)');
  }
  return { key, dtype: type.dtype, count: count as number, view };
}

function own<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** A value from the file for an error message: never more than a few words, whatever it is. */
function shown(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 40) : `a ${typeof value}`;
}

function expectNone<Value>(value: Value, args: readonly unknown[], name: string): Value {
  if (args.length > 0) throw new Error(`${name}: no arguments are expected`);
  return value;
}

function tensor(storage: unknown, [offset, shape, strides]: readonly unknown[]): TorchTensor {
  return new TorchTensor(storage, { offset, shape, strides });
}

/** The bytes of an untyped storage as elements of a dtype. */
function retyped(storage: unknown, dtype: unknown): unknown {
  const name = (dtype as Partial<PickleGlobal> | null)?.name ?? '';
  const type = own(torchDtypes, name);
  if (!type) throw new Error(`_rebuild_tensor_v3: the dtype ${JSON.stringify(name)} is not supported`);
  if (!(storage instanceof TorchStorage) || storage.dtype !== 'U8') {
    throw new Error('_rebuild_tensor_v3: an untyped storage is expected');
  }
  return new TorchStorage({ ...storage, dtype: type, count: Math.floor(storage.count / dtypeSizes[type]) });
}

function numpyScalar([dtype, bytes]: readonly unknown[]): unknown {
  if (!(dtype instanceof NumpyDtype)) throw new Error('a numpy scalar must have a numpy.dtype');
  return dtype.scalar(bytes);
}

/** How protocol 2 spells bytes; only the few bytes of a scalar are wanted. */
function encodeLatin1([text, encoding]: readonly unknown[]): Uint8Array {
  if (typeof text !== 'string' || text.length > 64 || encoding !== 'latin1') {
    throw new Error('_codecs.encode: at most 64 characters of latin1 are expected');
  }
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}
