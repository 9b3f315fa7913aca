import type { ByteReader } from './byte-reader.ts';
import { isNumberType, type NumberType } from './elements.ts';
import type { ChunkedLayout, Filter } from './hdf5-chunks.ts';
import { type Hdf5Message, messageTypes } from './hdf5-object.ts';

type Layout =
  | { readonly kind: 'compact'; readonly bytes: Uint8Array }
  | { readonly kind: 'contiguous'; readonly address: number }
  | ChunkedLayout;

/** What a data set's header says of it. */
export interface DatasetHeader {
  readonly shape: readonly number[];
  readonly type: NumberType;
  readonly isBigEndian: boolean;
  readonly elementBytes: number;
  readonly layout: Layout;
  readonly filters: readonly Filter[];
}

const maxAxes = 32;
const saveAgain = "save it again with h5py, libver='earliest'";

/** @throws Error naming the file if the object is no data set, or one that is not read */
export function readDatasetHeader(file: ByteReader, messages: readonly Hdf5Message[]): DatasetHeader {
  const find = (type: number) => messages.find((each) => each.type === type)?.reader;
  const [space, type, layout] = [messageTypes.dataspace, messageTypes.datatype, messageTypes.layout].map(find);
  const filters = find(messageTypes.filters);
  if (!space || !type || !layout) {
    throw file.error('expected a data set with a type of its own, found a group or a shared type');
  }
  const shape = readShape(space);
  return {
    shape,
    ...readType(type),
    layout: readLayout(layout, shape.length),
    filters: filters ? readFilters(filters) : [],
  };
}

function readShape(message: ByteReader): number[] {
  const [version, rank] = [message.u8(), message.u8()];
  if (version < 1 || version > 2 || rank > maxAxes) {
    throw message.error(`expected an array of at most ${maxAxes} axes, found ${rank} (version ${version})`);
  }
  message.take(version === 1 ? 6 : 2);
  return Array.from({ length: rank }, () => message.u64());
}

function readType(message: ByteReader): Pick<DatasetHeader, 'type' | 'isBigEndian' | 'elementBytes'> {
  const kind = message.u8() & 15;
  const bits = message.u8();
  message.take(2);
  const elementBytes = message.u32();
  const letter = kind === 1 ? 'f' : bits & 8 ? 'i' : 'u';
  const type = `${letter}${elementBytes}`;
  if (kind < 2 && isNumberType(type) && isUsual(message, type)) {
    return { type, elementBytes, isBigEndian: (bits & 1) === 1 };
  }
  throw message.error(
    `expected plain numbers in the HDF5 data set, found another type (class ${kind}, ${elementBytes} bytes)`,
  );
}

const exponentBits: Readonly<Record<string, number>> = { f2: 5, f4: 8, f8: 11 };

/** Whether all bits are the number's, and a float's exponent is IEEE 754's. */
function isUsual(message: ByteReader, type: NumberType): boolean {
  const [offset, bits] = [message.u16(), message.u16()];
  if (offset !== 0 || bits !== 8 * Number(type.slice(1))) return false;
  if (!type.startsWith('f')) return true;
  message.take(1);
  return message.u8() === exponentBits[type];
}

function readLayout(message: ByteReader, axes: number): Layout {
  const [version, kind] = [message.u8(), message.u8()];
  if (version !== 3 && !(version === 4 && kind < 2)) {
    throw message.error(`expected a data layout of version 3 in the HDF5 file, found ${version}; ${saveAgain}`);
  }
  if (kind === 0) return { kind: 'compact', bytes: message.take(message.u16()) };
  if (kind === 1) return { kind: 'contiguous', address: message.u64() };
  if (kind !== 2) throw message.error(`expected values in the HDF5 file itself, found a layout of kind ${kind}`);
  const sizes = message.u8() - 1;
  if (sizes !== axes) throw message.error(`damaged HDF5: chunks of ${sizes} axes, an array of ${axes}`);
  const tree = message.u64();
  return { kind: 'chunked', tree, chunk: Array.from({ length: axes }, () => message.u32()) };
}

function readFilters(message: ByteReader): Filter[] {
  const [version, count] = [message.u8(), message.u8()];
  if (version < 1 || version > 2 || count > 32)
    throw message.error(`damaged HDF5: ${count} filters (version ${version})`);
  if (version === 1) message.take(6);
  return Array.from({ length: count }, () => readFilter(message, version === 1));
}

const filterNames: Readonly<Record<number, Filter>> = { 1: 'deflate', 2: 'shuffle', 3: 'fletcher32' };

function readFilter(message: ByteReader, isOld: boolean): Filter {
  const id = message.u16();
  const nameBytes = isOld || id >= 256 ? message.u16() : 0;
  message.take(2);
  const values = message.u16();
  message.take(isOld ? Math.ceil(nameBytes / 8) * 8 : nameBytes);
  message.take(4 * (isOld ? Math.ceil(values / 2) * 2 : values));
  const filter = filterNames[id];
  if (filter) return filter;
  throw message.error(
    `expected the filters deflate, shuffle or fletcher32, found number ${id}; save it again with h5py, compression='gzip'`,
  );
}
